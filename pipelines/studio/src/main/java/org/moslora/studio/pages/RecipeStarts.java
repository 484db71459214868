package org.moslora.studio.pages;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import org.moslora.console.recipe.RecipeText;
import org.moslora.problems.InvalidInput;
import org.moslora.start.StartingRecipe;
import org.moslora.studio.folders.Folders;
import org.moslora.studio.folders.Library;
import org.moslora.studio.http.Refusal;
import org.moslora.studio.runs.RunView;
import org.moslora.studio.runs.Runs;
import org.moslora.training.RunFolder;

/** What a new recipe can begin as: one of each pipeline, those beside the data, and those of runs. */
final class RecipeStarts {
    private static final int MOST_RUNS = 100;
    private static final int MOST_TRIED = 6;
    private static final String VISUAL = "visual-instruction-tuning";
    private static final String TEXT = "instruction-tuning";
    private static final String SUBJECT = "dreambooth";

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
                new Start("a model that sees, from conversations", VISUAL),
                new Start("a text model, from conversations", TEXT),
                new Start("a model that paints, from a few pictures", SUBJECT)));
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
            case VISUAL, TEXT ->
                fitting(StartingRecipe.named(from.equals(VISUAL) ? "visual" : "text"), library.languageModels(), false)
                        .orElseGet(() -> conversations(from));
            case SUBJECT ->
                fitting(StartingRecipe.DREAMBOOTH, library.pictureModels(), true)
                        .orElseGet(this::pictures);
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

    /** What {@code recipe} says to the first model and data that go together; nothing where none do. */
    private Optional<String> fitting(StartingRecipe start, List<Library.Entry> models, boolean folder) {
        List<Path> data = library.data().stream()
                .map(Library.Entry::path)
                .filter(path -> Files.isDirectory(path) == folder)
                .limit(MOST_TRIED)
                .toList();
        for (Library.Entry model : models.subList(0, Math.min(MOST_TRIED, models.size()))) {
            for (Path path : data) {
                try {
                    String text = start.text(model.path(), path);
                    String line =
                            "output: " + output(Path.of(start == StartingRecipe.DREAMBOOTH ? "subject-1" : "run-1"));
                    return Optional.of(text.replaceFirst("(?m)^output:.*$", Matcher.quoteReplacement(line)));
                } catch (InvalidInput otherKind) {
                    // The next one may be of this kind.
                }
            }
        }
        return Optional.empty();
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
        boolean sees = pipeline.equals(VISUAL);
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
