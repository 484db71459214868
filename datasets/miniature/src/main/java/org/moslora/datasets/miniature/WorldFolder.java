package org.moslora.datasets.miniature;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.moslora.datasets.miniature.tokens.CaptionTokens;
import org.moslora.datasets.miniature.tokens.LanguageTokens;
import org.moslora.datasets.miniature.world.Split;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DurableFiles;
import org.moslora.tensors.out.OwnFolder;

/**
 * A data set of the miniature world. The same number and seed give the same bytes in every file, in however many
 * threads it is made.
 */
public final class WorldFolder {
    /** The fewest scenes, which leave one for validation and one for testing. */
    public static final int FEWEST = 10;

    private static final int SKILLS_SHARE = 4;

    private final int scenes;
    private final long seed;
    private final AtomicInteger painted = new AtomicInteger();
    private final IntConsumer progress;

    private WorldFolder(int scenes, long seed, IntConsumer progress) {
        this.scenes = scenes;
        this.seed = seed;
        this.progress = progress;
    }

    /** How many pictures {@link #write} paints. */
    public static int pictures(int scenes) {
        return 2 * scenes + AxolotlPictures.COUNT;
    }

    /**
     * Writes the folder, as a whole or not at all; an existing one is replaced if it is one of these.
     *
     * @param scenes with questions; as many more are big ones with captions
     * @param progress told how many pictures are painted, from several threads
     * @throws InvalidInput if there are too few scenes
     */
    public static void write(Path folder, int scenes, long seed, int threads, IntConsumer progress) {
        if (scenes < FEWEST) {
            throw new InvalidInput(FieldName.of("scenes"), "must be at least " + FEWEST + ", got " + scenes);
        }
        WorldFolder world = new WorldFolder(scenes, seed, progress);
        OwnFolder.writeRemakeable(folder, to -> world.fill(threads, () -> world.filled(to)));
    }

    /**
     * Writes what one tuning of each sort needs and no more: rows of new skills to learn from and to be examined on, rows
     * about what base models know, and the subject's pictures. As a whole or not at all; an existing folder is replaced.
     *
     * @param sizes how many rows
     * @param progress told how many pictures are painted, from several threads
     */
    public static void writeForTuning(Path folder, TuningSizes sizes, long seed, int threads, IntConsumer progress) {
        WorldFolder world = new WorldFolder(sizes.rows(), seed, progress);
        DurableFiles.writeRemakeableFolder(folder, to -> world.fill(threads, () -> world.filledForTuning(to, sizes)));
    }

    /** Fills a folder in so many threads; none of them writes any more when this ends, whichever way. */
    private void fill(int threads, Callable<Boolean> filling) throws IOException {
        ForkJoinPool pool = new ForkJoinPool(threads);
        try {
            pool.submit(filling).join();
        } finally {
            pool.shutdownNow();
            awaitEnd(pool);
        }
    }

    private static void awaitEnd(ForkJoinPool pool) throws IOException {
        try {
            boolean ended = false;
            while (!ended) {
                ended = pool.awaitTermination(1, TimeUnit.MINUTES);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while pictures were written");
        }
    }

    private boolean filled(Path folder) throws IOException {
        Manifest manifest = new Manifest(scenes, seed);
        for (Split split : Split.values()) {
            int all = count(split);
            int skills = all / SKILLS_SHARE;
            List<ConversationWriter.Row> base =
                    ConversationWriter.base(seed, split, all - skills).write(folder, this::painted);
            List<ConversationWriter.Row> fresh =
                    ConversationWriter.skills(seed, split, skills).write(folder, this::painted);
            manifest.conversations(split.word() + ".json", base);
            manifest.conversations("skills-" + split.word() + ".json", fresh);
            Portraits.write(folder, seed, split, all, this::painted);
        }
        AxolotlPictures.write(folder, this::painted);
        WorldTexts.write(folder, seed, this::count);
        new LanguageTokens().write(Files.createDirectories(folder.resolve("tokenizers/language")));
        new CaptionTokens().write(Files.createDirectories(folder.resolve("tokenizers/captions")));
        manifest.write(folder);
        Files.writeString(folder.resolve("README.md"), DataSetCard.text(scenes, seed));
        return true;
    }

    private boolean filledForTuning(Path folder, TuningSizes sizes) throws IOException {
        Manifest manifest = new Manifest(scenes, seed);
        for (ConversationWriter rows : List.of(
                ConversationWriter.skills(seed, Split.TRAIN, sizes.skillTraining()),
                ConversationWriter.skills(seed, Split.TEST, sizes.skillTest()),
                ConversationWriter.base(seed, Split.TEST, sizes.baseTest()))) {
            manifest.conversations(rows.name() + ".json", rows.write(folder, this::painted));
        }
        AxolotlPictures.write(folder, this::painted);
        manifest.write(folder);
        return true;
    }

    /** A tenth for validation, a tenth for testing. */
    private int count(Split split) {
        int tenth = scenes / 10;
        return split == Split.TRAIN ? scenes - 2 * tenth : tenth;
    }

    private void painted() {
        progress.accept(painted.incrementAndGet());
    }
}
