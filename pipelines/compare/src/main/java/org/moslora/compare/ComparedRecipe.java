package org.moslora.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.moslora.console.recipe.Recipes;
import org.moslora.console.recipe.Spellings;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;

/**
 * A recipe with a {@code compare} block, and what a comparison reads of the rest, whatever its pipeline.
 *
 * @param own overrides of the block
 * @param rest overrides of everything else, for every trial
 */
record ComparedRecipe(Path file, List<String> own, List<String> rest, Path workingFolder) {
    /** What the block stands under. */
    static final String BLOCK = "compare";

    private static final String CONVERSATIONS = "data.conversations";
    private static final String INSTANCE = "instance.images";
    /** A place below the comparison's folder where nothing ever is. */
    static final String NO_TRIAL = "trials/none";

    static ComparedRecipe of(Path file, List<String> overrides, Path workingFolder) {
        List<String> own = overrides.stream().filter(ComparedRecipe::isForBlock).toList();
        List<String> rest =
                overrides.stream().filter(given -> !isForBlock(given)).toList();
        return new ComparedRecipe(file, own, rest, workingFolder);
    }

    private static boolean isForBlock(String override) {
        return override.startsWith(BLOCK + ".") || override.startsWith(BLOCK + "=");
    }

    /** The block; together with its problems those of the recipe around it are told. */
    CompareBlock block(Program program) {
        Problems problems = new Problems();
        List<CompareBlock> read = new ArrayList<>();
        problems.collect(
                () -> read.add(Recipes.block(CompareBlock.class, BLOCK, file, own, workingFolder, Spellings.none())
                        .recipe()));
        problems.collect(() -> program.check(file, elsewhere()));
        read.forEach(block -> fits(block, problems));
        problems.throwIfAny();
        return read.get(0);
    }

    /** The overrides for everything but the block, with an output where nothing is. */
    List<String> elsewhere() {
        List<String> elsewhere = new ArrayList<>(rest);
        paths("output").forEach(output -> elsewhere.add("output=" + output.resolve(NO_TRIAL)));
        return elsewhere;
    }

    private void fits(CompareBlock block, Problems problems) {
        boolean converses = !paths(CONVERSATIONS).isEmpty();
        if (!converses && block.primary().of() == Metric.Of.CONVERSATIONS) {
            problems.add(
                    "compare.metric",
                    "is %s, which is of conversations, but the recipe has no data.conversations; pictures are scored"
                            + " where compare.pictures says what is painted, training_loss is of any pipeline",
                    block.primary().key());
        }
        if (!converses && !block.rows().isEmpty()) {
            problems.add("compare.rows", "counts rows of data.conversations, which the recipe has not");
        }
        if (block.pictures() != null && (converses || paths(INSTANCE).size() != 1)) {
            problems.add(
                    "compare.pictures",
                    converses
                            ? "says what is painted, but the recipe's pipeline learns data.conversations and paints nothing"
                            : "is judged by the pictures of one subject, but the recipe has no single instance.images");
        }
    }

    /** What trials have in common. */
    ComparisonTask task(CompareBlock block, int threads) {
        return new ComparisonTask(
                file.toAbsolutePath(),
                rest,
                block,
                only("output"),
                only("model"),
                subsets().files(block.rows()),
                Recipes.peek(file, "device", rest).orElse(null),
                threads);
    }

    /** Parts of the training data. */
    Subsets subsets() {
        return new Subsets(only("output").resolve("data"), paths(CONVERSATIONS));
    }

    /** How trials are scored. */
    Scoring scoring(ComparisonTask task) {
        PicturesBlock pictures = task.block().pictures();
        if (pictures != null) {
            String side = Recipes.peek(file, "resolution", rest).orElse(null);
            return new PictureScoring(task, pictures, only(INSTANCE), side);
        }
        List<Path> images = paths("data.images");
        return task.block().primary().of() == Metric.Of.TRAINING
                ? new TrainingScoring()
                : new ConversationScoring(task, images.isEmpty() ? null : images.get(0));
    }

    private List<Path> paths(String key) {
        return Recipes.peekPaths(file, key, rest, workingFolder);
    }

    private Path only(String key) {
        List<Path> paths = paths(key);
        if (paths.size() != 1) {
            throw new InvalidInput(file.toString(), key + " must name one path, got " + paths.size());
        }
        return paths.get(0);
    }
}
