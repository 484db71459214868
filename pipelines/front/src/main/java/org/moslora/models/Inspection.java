package org.moslora.models;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.AdapterFile;
import org.moslora.adapters.Description;
import org.moslora.diffusion.folder.ComponentFolder;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.training.Metrics;
import org.moslora.training.RunFolder;

/** Says in a few lines what a folder or file is. */
public final class Inspection {
    private Inspection() {}

    /**
     * Describes a model, adapter or run, or a component of a Stable Diffusion.
     *
     * @param base the model that an adapter is asked to bind to; null where none is
     * @throws InvalidInput when it is none of these, or what is wrong with it
     */
    public static List<String> of(Path path, @Nullable Path base) {
        if (ModelOnDisk.isDiffusion(path)) {
            return model(path);
        }
        // An adapter's single file is no checkpoint, which alone holds a model.
        if (AdapterFile.isOne(path)) {
            return adapter(path, base);
        }
        List<String> component = component(path);
        if (!component.isEmpty()) {
            return component;
        }
        if (!Files.exists(path)) {
            throw new InvalidInput(path.toString(), "there is nothing there");
        }
        RunFolder run = new RunFolder(path);
        if (Files.exists(run.metrics()) || Files.isDirectory(run.adapter())) {
            return run(run, base);
        }
        if (isLanguageModel(path)) {
            return model(path);
        }
        throw new InvalidInput(
                path.toString(),
                "is neither a model (config.json), an adapter (adapter_config.json) nor a run (metrics.jsonl)");
    }

    private static List<String> run(RunFolder run, @Nullable Path base) {
        List<String> lines = new ArrayList<>();
        int steps = Metrics.rows(run.metrics()).size();
        boolean adapted = Files.isDirectory(run.adapter());
        boolean whole = Files.isDirectory(run.model());
        lines.add("run: " + steps + " steps logged"
                + (adapted || whole ? "" : ", not finished: go on with " + FieldName.of("resume")));
        if (adapted) {
            lines.addAll(adapter(run.adapter(), base));
        } else if (isLanguageModel(run.model()) || ModelOnDisk.isDiffusion(run.model())) {
            lines.addAll(model(run.model()));
        }
        return lines;
    }

    private static boolean isLanguageModel(Path path) {
        return Files.exists(path.resolve("config.json"));
    }

    private static List<String> model(Path path) {
        try (ModelOnDisk model = ModelOnDisk.open(path)) {
            return model.described();
        }
    }

    private static List<String> adapter(Path path, @Nullable Path base) {
        try (AdapterFile file = AdapterFile.open(path)) {
            List<String> lines = new ArrayList<>(Description.of(file));
            if (base != null) {
                try (ModelOnDisk model = ModelOnDisk.open(base)) {
                    lines.addAll(model.binding(file));
                }
            }
            return lines;
        }
    }

    private static List<String> component(Path path) {
        return ComponentFolder.of(path)
                .map(part -> List.of(
                        "component: the " + part.component().folder() + " of a Stable Diffusion"
                                + (part.family() == null
                                        ? ""
                                        : ", " + part.family().description()),
                        String.format(
                                Locale.ROOT,
                                "%s: %,d parameters",
                                part.component().folder(),
                                part.parameters())))
                .orElse(List.of());
    }
}
