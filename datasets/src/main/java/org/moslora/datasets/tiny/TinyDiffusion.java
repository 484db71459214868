package org.moslora.datasets.tiny;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.moslora.tensors.SafetensorsWriter;

/**
 * A tiny Stable Diffusion with random weights and something to teach it: a model folder in diffusers' layout and pictures
 * of coloured shapes.
 *
 * @param folder holds everything
 */
public record TinyDiffusion(Path folder) {
    /** A side of the model's own pictures, in pixels. */
    public static final int SIDE = 16;

    private static final List<String> WORDS = List.of("a photo of", "red", "circle", "sks");

    /**
     * Writes a Stable Diffusion 1, the same bytes for the same seed.
     *
     * @param folder may exist; files of the same names are replaced
     * @param pictures how many to draw
     */
    public static TinyDiffusion first(Path folder, long seed, int pictures) {
        return write(folder, TinyDiffusionFiles.first(), seed, pictures);
    }

    /** The same for a Stable Diffusion XL. */
    public static TinyDiffusion large(Path folder, long seed, int pictures) {
        return write(folder, TinyDiffusionFiles.large(), seed, pictures);
    }

    /** The same for a Z-Image, which is trained by flow matching. */
    public static TinyDiffusion flow(Path folder, long seed, int pictures) {
        return flow(folder, TinyFlowFiles::files, seed, pictures);
    }

    /** The same for a FLUX.2 klein. */
    public static TinyDiffusion klein(Path folder, long seed, int pictures) {
        return flow(folder, TinyKleinFiles::files, seed, pictures);
    }

    private static TinyDiffusion flow(
            Path folder, Function<List<String>, TinyDiffusionFiles> files, long seed, int pictures) {
        List<String> texts = List.of("user", "assistant", String.join(" ", WORDS));
        TinyDiffusion tiny = write(folder, files.apply(texts), seed, pictures);
        try {
            TinyFlowFiles.writeTokenizer(tiny.model(), texts);
            return tiny;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static TinyDiffusion write(Path folder, TinyDiffusionFiles files, long seed, int pictures) {
        TinyDiffusion tiny = new TinyDiffusion(folder);
        Random random = new Random(seed);
        try {
            for (TinyDiffusionFiles.Part part : files.parts()) {
                Path own = Files.createDirectories(tiny.model().resolve(part.folder()));
                Files.writeString(own.resolve("config.json"), part.config());
                SafetensorsWriter.write(
                        own.resolve(part.file()), TinyWeights.of(part.shapes(), random), Map.of("format", "pt"));
            }
            files.others().forEach((name, text) -> put(tiny.model().resolve(name), text));
            for (String tokenizer : files.tokenizers()) {
                tokenizer(tiny.model().resolve(tokenizer));
            }
            Files.createDirectories(tiny.pictures());
            List<TinyScene> scenes = TinyScene.draw(random, pictures);
            for (int i = 0; i < pictures; i++) {
                Files.write(tiny.pictures().resolve(i + ".png"), scenes.get(i).png(2 * SIDE + i));
            }
            return tiny;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** A vocabulary of all bytes and a few words, each alone and at a word's end. */
    private static void tokenizer(Path folder) {
        List<String> tokens = new ArrayList<>(ByteWords.letters());
        ByteWords.letters().forEach(letter -> tokens.add(letter + "</w>"));
        StringBuilder merges = new StringBuilder("#version: 0.2\n");
        for (String word : String.join(" ", WORDS).split(" ")) {
            String made = word.substring(0, 1);
            for (int i = 1; i < word.length(); i++) {
                String next = word.substring(i, i + 1) + (i + 1 == word.length() ? "</w>" : "");
                if (!tokens.contains(made + next)) {
                    merges.append(made).append(' ').append(next).append('\n');
                    tokens.add(made + next);
                }
                made += next;
            }
        }
        tokens.add("<|startoftext|>");
        tokens.add("<|endoftext|>");
        StringBuilder vocabulary = new StringBuilder("{");
        for (int i = 0; i < tokens.size(); i++) {
            String quoted = tokens.get(i).replace("\\", "\\\\").replace("\"", "\\\"");
            vocabulary
                    .append(i == 0 ? "" : ", ")
                    .append('"')
                    .append(quoted)
                    .append("\": ")
                    .append(i);
        }
        put(folder.resolve("vocab.json"), vocabulary.append("}").toString());
        put(folder.resolve("merges.txt"), merges.toString());
        put(folder.resolve("tokenizer_config.json"), "{\"model_max_length\": " + TinyDiffusionFiles.POSITIONS + "}");
    }

    private static void put(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text, StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** The model folder. */
    public Path model() {
        return folder.resolve("model");
    }

    /** The folder of the pictures. */
    public Path pictures() {
        return folder.resolve("pictures");
    }
}
