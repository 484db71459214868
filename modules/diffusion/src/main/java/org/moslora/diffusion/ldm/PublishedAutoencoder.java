package org.moslora.diffusion.ldm;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.autoencoder.AutoencoderNames;
import org.moslora.diffusion.parts.Derivation;
import org.moslora.tensors.WeightSource;

/** The autoencoder of a single file, of whatever family, as latent diffusion spells it. */
public final class PublishedAutoencoder {
    /** Beside latent diffusion's names: how the authors of FLUX.2 name what they have added. */
    private static final Map<String, String> LATER = Map.of(
            "quant_conv.weight", "encoder.quant_conv.weight",
            "quant_conv.bias", "encoder.quant_conv.bias",
            "post_quant_conv.weight", "decoder.post_quant_conv.weight",
            "post_quant_conv.bias", "decoder.post_quant_conv.bias",
            "bn.running_mean", "bn.running_mean",
            "bn.running_var", "bn.running_var",
            "bn.num_batches_tracked", "bn.num_batches_tracked");

    private PublishedAutoencoder() {}

    /**
     * How each of its tensors comes about, by diffusers' names.
     *
     * @param prefix what its names begin with
     * @throws org.moslora.problems.InvalidInput when too little of it is there to tell its shape
     */
    public static SortedMap<String, Derivation> derivations(WeightSource file, String prefix) {
        AutoencoderConfig config = AutoencoderInference.infer(new Shapes(file, prefix), 1);
        AutoencoderSpelling spelling = new AutoencoderSpelling(config);
        SortedMap<String, Derivation> derivations = new TreeMap<>();
        AutoencoderNames.expected(config)
                .forEach((name, shape) -> add(derivations, file, prefix + spelling.tensor(name), name, shape));
        LATER.forEach((name, published) -> {
            if (file.names().contains(prefix + published)) {
                add(
                        derivations,
                        file,
                        prefix + published,
                        name,
                        file.info(prefix + published).shape());
            }
        });
        return derivations;
    }

    private static void add(
            SortedMap<String, Derivation> into, WeightSource file, String published, String name, List<Long> shape) {
        if (file.names().contains(published)) {
            List<Long> stored = file.info(published).shape();
            into.put(name, Derivation.reshaped(published, isFlat(shape, stored) ? shape : stored));
        }
    }

    /** Whether a matrix is stored as a 1×1 convolution, as the attention of autoencoders is. */
    static boolean isFlat(List<Long> shape, List<Long> stored) {
        return shape.size() == 2 && stored.equals(List.of(shape.get(0), shape.get(1), 1L, 1L));
    }
}
