package org.moslora.adapters;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.moslora.tensors.keys.LlavaKeys;

/**
 * The {@code README.md} of an adapter folder: the hub's front matter, from which others' tools know what it is for, and how
 * it is loaded.
 *
 * @param format of the folder
 * @param task what its model does
 * @param base path or name of the model it was trained on; empty where nobody knows
 * @param facts kind, rank and the like, one a line
 * @param kinds of its layers
 * @param prompt of the subject that it was taught, or null
 * @param illustrations what it paints
 */
record AdapterCard(
        AdapterFormat format,
        Task task,
        String base,
        List<String> facts,
        TreeSet<String> kinds,
        @Nullable String prompt,
        List<Illustration> illustrations) {
    static final String NAME = "README.md";

    private static final Gson QUOTES = new GsonBuilder().disableHtmlEscaping().create();
    private static final String IMAGES = "images";

    /** What models do, as the hub calls it. */
    enum Task {
        PICTURES("text-to-image"),
        SEEING("image-text-to-text"),
        TEXT("text-generation");

        private final String tag;

        Task(String tag) {
            this.tag = tag;
        }

        /**
         * Tells it by the layers.
         *
         * @param family as the adapter records it, or null
         */
        static Task of(Collection<String> paths, @Nullable String family) {
            if (paths.stream().anyMatch(path -> path.matches("(unet|transformer|text_encoder\\w*)\\..*"))) {
                return PICTURES;
            }
            boolean inside = paths.stream().anyMatch(path -> path.startsWith(LlavaKeys.TEXT));
            return inside || "llava".equals(family) ? SEEING : TEXT;
        }

        private boolean paints() {
            return this == PICTURES;
        }
    }

    /** The card of what was read from files. */
    static AdapterCard of(AdapterFormat format, AdapterFile adapter) {
        Task task = Task.of(adapter.layers().keySet(), adapter.said(AdapterOrigin.FAMILY));
        String base = adapter.said("base_model_name_or_path");
        return of(
                format,
                task,
                base == null ? "" : base,
                new TreeSet<>(adapter.kinds()),
                adapter.layers().size(),
                adapter.rank(),
                adapter.said(AdapterOrigin.PROMPT),
                List.of());
    }

    static AdapterCard of(
            AdapterFormat format,
            Task task,
            String base,
            TreeSet<String> kinds,
            int layers,
            int rank,
            @Nullable String prompt,
            List<Illustration> illustrations) {
        List<String> facts = new ArrayList<>();
        facts.add("kind: " + String.join(", ", kinds));
        if (rank > 0) {
            facts.add("rank: " + rank);
        }
        facts.add("layers: " + layers);
        return new AdapterCard(format, task, base, facts, kinds, prompt, illustrations);
    }

    /** Writes it into a folder, which is made if need be, with the pictures that it shows. */
    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (int i = 0; i < illustrations.size(); i++) {
            Path file = folder.resolve(image(i));
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Files.write(file, illustrations.get(i).png());
        }
        Files.writeString(folder.resolve(NAME), text());
    }

    private static String image(int index) {
        return IMAGES + "/" + index + ".png";
    }

    String text() {
        String name = base.isEmpty() ? "BASE" : HubNames.of(base);
        return frontMatter()
                + body().replace("{base}", name)
                        .replace("{name}", name)
                        .replace("{prompt}", prompt == null ? "a prompt" : prompt.replaceAll("[\"\\\\`$\\s]+", " "))
                        .replace("{facts}", "- " + String.join("\n- ", facts))
                        .replace("{pictures}", pictures());
    }

    private String frontMatter() {
        StringBuilder yaml = new StringBuilder("---\n");
        if (!base.isEmpty()) {
            yaml.append("base_model: ").append(quoted(HubNames.of(base))).append('\n');
        }
        yaml.append("library_name: ")
                .append(task.paints() ? "diffusers" : "peft")
                .append('\n');
        yaml.append("pipeline_tag: ").append(task.tag).append('\n');
        yaml.append("tags:\n- lora\n- moslora\n");
        kinds.stream()
                .filter(kind -> !kind.equals("lora") && !kind.equals("moslora"))
                .forEach(kind -> yaml.append("- ").append(kind).append('\n'));
        if (task.paints()) {
            yaml.append("- diffusers\n");
        }
        if (prompt != null) {
            yaml.append("instance_prompt: ").append(quoted(prompt)).append('\n');
        }
        widget(yaml);
        return yaml.append("license: # yours to say: base and data have theirs\n---\n")
                .toString();
    }

    private void widget(StringBuilder yaml) {
        if (illustrations.isEmpty()) {
            return;
        }
        yaml.append("widget:\n");
        for (int i = 0; i < illustrations.size(); i++) {
            yaml.append("- text: ")
                    .append(quoted(illustrations.get(i).prompt()))
                    .append('\n');
            yaml.append("  output:\n    url: ").append(image(i)).append('\n');
        }
    }

    private String pictures() {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < illustrations.size(); i++) {
            String alone = illustrations.get(i).prompt().replaceAll("[\\[\\]\\s]+", " ");
            shown.append("![").append(alone).append("](").append(image(i)).append(")\n");
        }
        return shown.isEmpty() ? "" : "\n" + shown;
    }

    /** JSON's texts are YAML's too. */
    private static String quoted(String text) {
        return QUOTES.toJson(text);
    }

    private String body() {
        String name = "card/" + format.spelling() + (task.paints() ? "-diffusion" : "-language") + ".md";
        try (InputStream in = AdapterCard.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new IllegalStateException(name, broken);
        }
    }
}
