package org.moslora.architecture;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.moslora.app.MosloraCli;
import org.moslora.datasets.tiny.TinyLlava;
import org.moslora.datasets.tiny.TinyOptions;
import org.moslora.examples.text.ChatTemplate;

/**
 * A stand-in for the repository's root: the shipped recipes, and the tiny LLaVA that {@code samples/first-run} leaves.
 *
 * @param root holds {@code samples} and whatever commands make
 */
record Place(Path root) {
    private static final String RECIPES = "samples/recipes";

    /** Makes one whose tiny LLaVA has a template's tokens. */
    static Place in(Path root, ChatTemplate template) throws IOException {
        Place place = new Place(root);
        Files.createDirectories(root.resolve(RECIPES));
        for (Path recipe : House.files(House.ROOT.resolve(RECIPES))) {
            Files.copy(recipe, root.resolve(RECIPES).resolve(recipe.getFileName()));
        }
        TinyLlava.write(
                place.tiny().folder(),
                TinyOptions.standard().withTemplate(template).withPictures(24, 6));
        return place;
    }

    /** The tiny LLaVA. */
    TinyLlava tiny() {
        return new TinyLlava(root.resolve("samples/target/first-run"));
    }

    /** Takes relative paths, also those after {@code =}, as paths below this root. */
    String here(String word) {
        String path = word.substring(word.indexOf('=') + 1);
        boolean relative = path.startsWith("samples/") || path.startsWith("pipelines/") || path.startsWith("runs/");
        return relative ? word.substring(0, word.length() - path.length()) + root.resolve(path) : word;
    }

    /**
     * Runs a command line of the program.
     *
     * @return what it printed
     * @throws AssertionError with what it printed when it does not end well
     */
    static String run(List<String> words) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (PrintStream both = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
            System.setOut(both);
            System.setErr(both);
            int code = MosloraCli.run(words.toArray(new String[0]));
            String text = printed.toString(StandardCharsets.UTF_8);
            if (code != 0) {
                throw new AssertionError(words + " ended with " + code + ":\n" + text);
            }
            return text;
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    /** Runs a command line of the program. */
    static String run(String... words) {
        return run(Arrays.asList(words));
    }
}
