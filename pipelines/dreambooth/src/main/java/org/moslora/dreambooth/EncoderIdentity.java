package org.moslora.dreambooth;

import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.moslora.diffusion.folder.Component;
import org.moslora.diffusion.folder.ImageModelFiles;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.tensors.Digests;
import org.moslora.tensors.FolderEntries;
import org.moslora.tensors.SampledWeights;

/** Which encoders they are that give something: weights, configs, tokenizers, and what computes with them. */
final class EncoderIdentity {
    /** Changes whenever the same encoders give other numbers. */
    private static final String RECIPE = "1";

    /** What stands beside weights. */
    private static final Pattern SETTINGS = Pattern.compile(".*\\.(json|txt|jinja|model)");

    private EncoderIdentity() {}

    static String autoencoder(ImageModelFiles files, Compute compute) {
        return Digests.sha256OfText(
                computed(compute) + files.autoencoder() + weights(files, part -> part == Component.AUTOENCODER));
    }

    static String texts(ImageModelFiles files, Compute compute) {
        return Digests.sha256OfText(computed(compute) + weights(files, Component::isText) + settings(files.path()));
    }

    private static String computed(Compute compute) {
        return String.join(" ", RECIPE, Engine.version(), compute.deviceName(), compute.precision() + "\n");
    }

    private static String weights(ImageModelFiles files, Predicate<Component> wanted) {
        StringBuilder text = new StringBuilder();
        files.weights().forEach((part, source) -> {
            if (wanted.test(part)) {
                text.append(part).append(SampledWeights.text(source, new TreeSet<>(source.names())));
            }
        });
        return text.toString();
    }

    /** Of a model's folder; a single file is read with what the program has. */
    private static String settings(Path model) {
        StringBuilder text = new StringBuilder();
        for (Path part : listed(model, EncoderIdentity::readsTexts)) {
            text.append(Digests.sha256OfEach(
                    model, listed(part, name -> SETTINGS.matcher(name).matches())));
        }
        return text.toString();
    }

    private static boolean readsTexts(String name) {
        return name.startsWith("tokenizer") || name.startsWith(Component.TEXT_ENCODER.folder());
    }

    private static List<Path> listed(Path folder, Predicate<String> wanted) {
        return FolderEntries.of(folder).stream()
                .filter(entry -> wanted.test(entry.getFileName().toString()))
                .toList();
    }
}
