package org.moslora.tuning;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.AdapterFile;
import org.moslora.adapters.Description;
import org.moslora.llama.BackboneFolder;
import org.moslora.llava.LlavaFolder;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.NonFinite;
import org.moslora.tensors.Packed;
import org.moslora.tensors.WeightSource;
import org.moslora.training.Metrics;
import org.moslora.training.RunFolder;

/** Says in a few lines what a folder is. */
public final class Inspection {
    /** Components as the names of their tensors begin, those of a text model last. */
    private static final List<String> PARTS = List.of(
            "vision_tower.",
            "multi_modal_projector.",
            "language_model.",
            "embed_tokens.",
            "layers.",
            "norm.",
            "lm_head.");

    private Inspection() {}

    /** Says how an adapter binds to a model. */
    @FunctionalInterface
    public interface Binding {
        /** How much of it binds, and a line for everything that does not. */
        List<String> say(AdapterFile file);
    }

    /**
     * Describes a model, adapter or run folder, or an adapter's file.
     *
     * @param binding says how an adapter binds to a model; null where no model is asked about
     * @throws InvalidInput when it is none of these, or what is wrong with it
     */
    public static List<String> of(Path path, @Nullable Binding binding) {
        if (!Files.exists(path)) {
            throw new InvalidInput(path.toString(), "there is nothing there");
        }
        if (AdapterFile.isOne(path)) {
            return adapter(path, binding);
        }
        RunFolder run = new RunFolder(path);
        if (Files.exists(run.metrics()) || Files.isDirectory(run.adapter())) {
            return run(run, binding);
        }
        if (Files.exists(path.resolve("config.json"))) {
            return model(path);
        }
        throw new InvalidInput(
                path.toString(),
                "is neither a model (config.json), an adapter (adapter_config.json) nor a run (metrics.jsonl)");
    }

    private static List<String> run(RunFolder run, @Nullable Binding binding) {
        List<String> lines = new ArrayList<>();
        int steps = Metrics.rows(run.metrics()).size();
        boolean adapted = Files.isDirectory(run.adapter());
        boolean whole = Files.isDirectory(run.model());
        lines.add("run: " + steps + " steps logged" + (adapted || whole ? "" : ", not finished: go on with --resume"));
        if (adapted) {
            lines.addAll(adapter(run.adapter(), binding));
        } else if (Files.exists(run.model().resolve("config.json"))) {
            lines.addAll(model(run.model()));
        }
        return lines;
    }

    private static List<String> adapter(Path path, @Nullable Binding binding) {
        List<String> lines = new ArrayList<>();
        try (AdapterFile file = AdapterFile.open(path)) {
            lines.addAll(Description.of(file));
            if (binding != null) {
                lines.addAll(binding.say(file));
            }
        }
        return lines;
    }

    /** How an adapter binds to a LLaVA or a text model. */
    public static List<String> binding(AdapterFile file, Path model) {
        try (BackboneFolder folder = ModelFolders.open(model)) {
            AdapterFile read = file.of(folder.sites().keySet());
            return Description.binding(read, folder.sites(), Merging.projector(folder));
        }
    }

    /** How many weights are held in which form; nothing where all are plain. */
    private static List<String> held(WeightSource weights) {
        Map<String, Long> forms = weights.names().stream()
                .flatMap(name -> weights.packed(name).stream())
                .collect(Collectors.groupingBy(Packed::form, TreeMap::new, Collectors.counting()));
        return forms.entrySet().stream()
                .map(form -> "quantised: " + form.getValue() + " weights in " + form.getKey())
                .toList();
    }

    private static List<String> model(Path path) {
        List<String> lines = new ArrayList<>();
        try (BackboneFolder folder = ModelFolders.open(path)) {
            lines.add(
                    folder instanceof LlavaFolder llava
                            ? "model: llava, language model " + folder.text().family() + ", "
                                    + llava.config().imageTokens() + " image tokens a picture"
                            : "model: " + folder.family() + ", a text model");
            NonFinite.refuse(folder.weights());
            lines.addAll(held(folder.weights()));
            for (String part : PARTS) {
                long parameters = folder.weights().names().stream()
                        .filter(name -> name.startsWith(part) || name.startsWith("model." + part))
                        .mapToLong(name -> folder.weights().info(name).elements())
                        .sum();
                if (parameters > 0) {
                    lines.add(String.format(
                            Locale.ROOT, "%s: %,d parameters", part.substring(0, part.length() - 1), parameters));
                }
            }
        }
        return lines;
    }
}
