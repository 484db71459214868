package org.moslora.studio.pages;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import org.moslora.console.recipe.RecipeText;
import org.moslora.problems.InvalidInput;
import org.moslora.studio.folders.Folders;
import org.moslora.studio.folders.Library;
import org.moslora.studio.http.Refusal;
import org.moslora.studio.runs.RunView;
import org.moslora.studio.runs.Runs;
import org.moslora.training.RunFolder;

/** What a new recipe can begin as: one of each pipeline, those beside the data, and those of runs. */
final class RecipeStarts {
    private static final int MOST_RUNS = 100;

    private final Folders folders;
    private final Library library;
    private final Runs runs;

    RecipeStarts(Folders folders, Library library, Runs runs) {
        this.folders = folders;
        this.library = library;
        this.runs = runs;
    }

    /** One to choose. */
    record Start(String name, String value) {}

    List<Start> all() {
        List<Start> all = new ArrayList<>(List.of(
                new Start("a model that sees, from conversations", "visual-instruction-tuning"),
                new Start("a text model, from conversations", "instruction-tuning"),
                new Start("a model that paints, from a few pictures", "dreambooth")));
        library.recipes()
                .forEach(
                        recipe -> all.add(new Start(recipe.name(), recipe.path().toString())));
        runs.all().stream().limit(MOST_RUNS).forEach(run -> {
            Path recipe = new RunFolder(run.folder()).recipe();
            if (Files.exists(recipe)) {
                all.add(new Start("run " + run.name(), recipe.toString()));
            }
        });
        return all;
    }

    /** The text to begin with. */
    String text(String from) {
        return switch (from) {
            case "" -> "";
            case "visual-instruction-tuning", "instruction-tuning" -> conversations(from);
            case "dreambooth" -> pictures();
            default -> ofFile(from);
        };
    }

    private String ofFile(String from) {
        Path file = folders.named(from).orElseThrow(Refusal::notFound);
        try {
            String text = RecipeText.read(file).text();
            boolean ofRun = runs.all().stream().map(RunView::folder).anyMatch(run -> run.equals(file.getParent()));
            Path run = file.getParent();
            String line = run == null ? "" : Matcher.quoteReplacement("output: " + output(run));
            return ofRun ? text.replaceFirst("(?m)^output:.*$", line) : text;
        } catch (InvalidInput unreadable) {
            return "# " + unreadable.getMessage();
        }
    }

    private static String first(List<Library.Entry> entries, String otherwise) {
        return entries.isEmpty() ? otherwise : entries.get(0).path().toString();
    }

    /** A folder that is not there yet, named after another. */
    private String output(Path like) {
        String stem = String.valueOf(like.getFileName()).replaceFirst("-\\d{1,6}$", "");
        int number = 2;
        while (Files.exists(folders.newRuns().resolve(stem + "-" + number))) {
            number++;
        }
        return folders.newRuns().resolve(stem + "-" + number).toString();
    }

    private String conversations(String pipeline) {
        List<Library.Entry> files = library.data().stream()
                .filter(entry -> Files.isRegularFile(entry.path()))
                .toList();
        List<Library.Entry> images = library.data().stream()
                .filter(entry -> Files.isDirectory(entry.path()))
                .toList();
        boolean sees = pipeline.startsWith("visual");
        return "pipeline: " + pipeline + "\nmodel: " + first(library.languageModels(), "a-model") + "\noutput: "
                + output(Path.of("run-1")) + "\nadapter:\n  kind: moslora\n  rank: 16\n  alpha: 32\n"
                + (sees ? "  targets: all-linear\nprojector:\n  train: true\n  learning_rate: 2.0e-5\n" : "")
                + "data:\n  conversations: " + first(files, "train.json") + "\n"
                + (sees ? "  images: " + first(images, "images") + "\n" : "")
                + "training:\n  learning_rate: 2.0e-4\n  warmup_ratio: 0.03\n  epochs: 1\n  batch_size: 2\n"
                + "  gradient_accumulation: 8\n";
    }

    private String pictures() {
        List<Library.Entry> images = library.data().stream()
                .filter(entry -> Files.isDirectory(entry.path()))
                .toList();
        return "pipeline: dreambooth\nmodel: " + first(library.pictureModels(), "a-model") + "\noutput: "
                + output(Path.of("subject-1")) + "\ninstance:\n  images: " + first(images, "photos")
                + "\n  prompt: a photo of sks cat\nresolution: 512\nadapter:\n  kind: moslora\n  rank: 4\n  alpha: 4\n"
                + "training:\n  learning_rate: 1.0e-4\n  schedule: constant\n  max_steps: 500\n"
                + "validation:\n  every: 100\n  samples: 4\n  prompts: [a photo of sks cat in the snow]\n";
    }
}
