package org.moslora.diffusion.folder;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.moslora.diffusion.autoencoder.AutoencoderNames;
import org.moslora.diffusion.ldm.Checkpoint;
import org.moslora.diffusion.text.ClipTextNames;
import org.moslora.diffusion.unet.UNetNames;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.tensors.Binding;
import org.moslora.tensors.Expectation;
import org.moslora.tensors.Float8Scales;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;
import org.moslora.tensors.keys.KeyMap;

/** Reads a single-file checkpoint. */
final class SingleFile {
    private SingleFile() {}

    static Contents read(Path path) {
        WeightSource file = Float8Scales.over(SafetensorsFile.open(path));
        try {
            return contents(new Checkpoint(file));
        } catch (InvalidInput invalid) {
            file.close();
            throw invalid;
        }
    }

    private static Contents contents(Checkpoint checkpoint) {
        Problems problems = new Problems();
        Map<Component, WeightSource> weights = new EnumMap<>(Component.class);
        weights.put(Component.UNET, checkpoint.unetWeights(problems));
        weights.put(Component.AUTOENCODER, checkpoint.autoencoderWeights(problems));
        for (int i = 0; i < checkpoint.texts().size(); i++) {
            weights.put(encoder(i), checkpoint.textWeights(i, problems));
        }
        checkpoint.reportUnused(problems);
        problems.throwIfAny();
        weights.replaceAll((component, source) -> bound(source, shapes(checkpoint, component), problems));
        problems.throwIfAny();
        boolean xl = checkpoint.texts().size() > 1;
        return new Contents(checkpoint.unet(), checkpoint.autoencoder(), checkpoint.texts(), weights, xl);
    }

    private static Map<String, List<Long>> shapes(Checkpoint checkpoint, Component component) {
        return switch (component) {
            case UNET -> UNetNames.expected(checkpoint.unet());
            case AUTOENCODER -> AutoencoderNames.expected(checkpoint.autoencoder());
            case TEXT_ENCODER -> ClipTextNames.expected(checkpoint.texts().get(0));
            case TEXT_ENCODER_2 -> ClipTextNames.expected(checkpoint.texts().get(1));
            case TRANSFORMER, TEXT_ENCODER_3 -> throw new IllegalArgumentException(component + " beside a UNet");
        };
    }

    private static WeightSource bound(WeightSource source, Map<String, List<Long>> shapes, Problems problems) {
        try {
            return Binding.bind(
                    source, KeyMap.identity(), new Expectation("what the other tensors imply", shapes, Set.of()));
        } catch (InvalidInput misfit) {
            problems.addAll(misfit);
            return source;
        }
    }

    private static Component encoder(int index) {
        return index == 0 ? Component.TEXT_ENCODER : Component.TEXT_ENCODER_2;
    }
}
