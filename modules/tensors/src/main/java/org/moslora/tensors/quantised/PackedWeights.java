package org.moslora.tensors.quantised;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DType;
import org.moslora.tensors.Packed;
import org.moslora.tensors.TensorInfo;
import org.moslora.tensors.WeightSource;
import org.moslora.tensors.WeightView;

/** A file's tensors with the parts of each quantised weight taken together under the weight's name. */
final class PackedWeights implements WeightView {
    private final WeightSource files;
    private final SortedMap<String, Packed> packed;
    private final SortedSet<String> names;

    /**
     * @param packed the weights by name
     * @param parts names of all tensors that are parts of one
     */
    PackedWeights(WeightSource files, SortedMap<String, Packed> packed, Set<String> parts) {
        this.files = files;
        this.packed = Collections.unmodifiableSortedMap(packed);
        SortedSet<String> left = new TreeSet<>(files.names());
        left.removeAll(parts);
        left.addAll(packed.keySet());
        this.names = Collections.unmodifiableSortedSet(left);
    }

    @Override
    public WeightSource base() {
        return files;
    }

    @Override
    public Set<String> names() {
        return names;
    }

    @Override
    public TensorInfo info(String name) {
        Packed held = packed.get(name);
        return held == null ? files.info(name) : new TensorInfo(name, held.type(), held.shape());
    }

    @Override
    public DType stored(String name) {
        Packed held = packed.get(name);
        return held == null ? files.stored(name) : held.type();
    }

    @Override
    public List<ByteBuffer> bytes(String name) {
        Packed held = packed.get(name);
        if (held != null) {
            throw new InvalidInput(
                    files.origin().toString(),
                    name + " is held in " + held.form() + "; this needs its plain numbers: take the 16-bit model");
        }
        return files.bytes(name);
    }

    @Override
    public Optional<Packed> packed(String name) {
        @Nullable Packed held = packed.get(name);
        return Optional.ofNullable(held);
    }
}
