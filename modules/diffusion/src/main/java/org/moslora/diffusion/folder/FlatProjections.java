package org.moslora.diffusion.folder;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.moslora.diffusion.autoencoder.AutoencoderKeys;
import org.moslora.diffusion.parts.Derivation;
import org.moslora.diffusion.parts.DerivedWeights;
import org.moslora.tensors.WeightSource;

/** Takes the projections of an autoencoder's attention as matrices where a file holds them as 1×1 convolutions. */
final class FlatProjections {
    private static final AutoencoderKeys KEYS = new AutoencoderKeys();

    private FlatProjections() {}

    static WeightSource of(WeightSource files) {
        if (files.names().stream().noneMatch(name -> isConvolution(files, name))) {
            return files;
        }
        SortedMap<String, Derivation> derivations = new TreeMap<>();
        for (String name : files.names()) {
            List<Long> shape = files.info(name).shape();
            derivations.put(name, Derivation.reshaped(name, isConvolution(files, name) ? shape.subList(0, 2) : shape));
        }
        return new DerivedWeights(files, derivations);
    }

    private static boolean isConvolution(WeightSource files, String name) {
        List<Long> shape = files.info(name).shape();
        return KEYS.isProjection(name)
                && shape.size() == 4
                && shape.subList(2, 4).equals(List.of(1L, 1L));
    }
}
