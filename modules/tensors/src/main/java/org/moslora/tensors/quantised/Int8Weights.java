package org.moslora.tensors.quantised;

import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.moslora.tensors.DType;
import org.moslora.tensors.Packed;
import org.moslora.tensors.PackedInt8;
import org.moslora.tensors.WeightSource;

/** Reads weights in 8 bits: each a tensor of I8 with a scale a row in {@code NAME.absmax}. */
public final class Int8Weights {
    private Int8Weights() {}

    /** The same weights, those in 8 bits whole again by name and shape; closing it closes {@code files}. */
    public static WeightSource over(WeightSource files) {
        SortedMap<String, Packed> packed = new TreeMap<>();
        Set<String> parts = new HashSet<>();
        for (String name : files.names()) {
            if (files.info(name).dtype() == DType.I8 && files.names().contains(name + PackedInt8.SCALES)) {
                packed.put(name, new PackedInt8(files, name, files.info(name).shape(), DType.F32));
                parts.add(name + PackedInt8.SCALES);
            }
        }
        return new PackedWeights(files, packed, parts);
    }
}
