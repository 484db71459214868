package org.moslora.datasets;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.quality.NearDuplicates;
import org.moslora.examples.quality.PictureLook;
import org.moslora.examples.quality.PictureNeeds;
import org.moslora.examples.text.Conversation;
import org.moslora.examples.text.Role;
import org.moslora.examples.text.TagCount;
import org.moslora.examples.text.Turn;
import org.moslora.problems.InvalidInput;

/** Looks at what conversations say of their pictures, and at the pictures themselves, and reports all at once. */
public final class ConversationChecks {
    private final PictureCheck pictures;
    private final ExecutorService workers;
    private final Map<String, Future<Looked>> asked = new LinkedHashMap<>();
    private final Map<String, List<Remark>> answered = new HashMap<>();
    private final NearDuplicates duplicates = new NearDuplicates();

    private ConversationChecks(PictureCheck pictures, ExecutorService workers) {
        this.pictures = pictures;
        this.workers = workers;
    }

    /** Something about a picture, before it is known which rows use it. */
    record Remark(Severity severity, String rule, String message) {}

    /** All that is odd about one picture alone, and how it looks if it was decoded. */
    record Looked(List<Remark> remarks, @Nullable PictureLook look) {}

    /**
     * Checks every row as {@link #check(List, Path, boolean, PictureNeeds, int)} does, whatever size pictures have.
     */
    public static List<Finding> check(List<ConversationRow> rows, Path images, boolean deep, int threads) {
        return check(rows, images, deep, null, threads);
    }

    /**
     * Checks every row; a picture that several rows use is looked at once.
     *
     * @param images the folder of the pictures
     * @param deep whether to decode every picture and look how good it is, rather than read its header
     * @param needs how large pictures should be, or null if nobody knows
     * @param threads how many pictures to look at at a time, at least 1
     * @return what is wrong or odd, in the rows' order
     */
    public static List<Finding> check(
            List<ConversationRow> rows, Path images, boolean deep, @Nullable PictureNeeds needs, int threads) {
        ExecutorService workers = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "picture-check");
            thread.setDaemon(true);
            return thread;
        });
        try {
            ConversationChecks checks = new ConversationChecks(new PictureCheck(images, deep, needs), workers);
            rows.forEach(checks::ask);
            List<Finding> findings = new ArrayList<>();
            for (ConversationRow row : rows) {
                checks.report(row, findings);
            }
            return findings;
        } finally {
            workers.shutdownNow();
        }
    }

    private void ask(ConversationRow row) {
        for (String name : row.conversation().images()) {
            asked.computeIfAbsent(name, picture -> workers.submit(() -> pictures.look(picture)));
        }
    }

    private void report(ConversationRow row, List<Finding> findings) {
        Conversation conversation = row.conversation();
        int tags = 0;
        for (Turn turn : conversation.turns()) {
            int here = Conversation.tags(turn.whole());
            tags += turn.role() == Role.USER ? here : 0;
            if (here > 0 && turn.role() == Role.ASSISTANT) {
                add(row, findings, new Remark(Severity.ERROR, "image-in-answer", "an answer must not contain <image>"));
            }
        }
        int count = conversation.images().size();
        if (tags != count) {
            add(row, findings, new Remark(Severity.ERROR, "image-tags", TagCount.mismatch(tags, count)));
        }
        for (String name : conversation.images()) {
            answered.computeIfAbsent(name, this::answer).forEach(remark -> add(row, findings, remark));
        }
    }

    private static void add(ConversationRow row, List<Finding> findings, Remark remark) {
        findings.add(
                new Finding(row.at(), row.conversation().id(), remark.severity(), remark.rule(), remark.message()));
    }

    private List<Remark> answer(String name) {
        Future<Looked> future = asked.get(name);
        try {
            return future == null ? List.of() : whole(future.get());
        } catch (ExecutionException failed) {
            throw new IllegalStateException("picture " + name + " could not be checked", failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while checking pictures", interrupted);
        }
    }

    private List<Remark> whole(Looked looked) {
        var again = looked.look() == null ? null : duplicates.next(looked.look());
        return again == null
                ? looked.remarks()
                : Stream.concat(looked.remarks().stream(), Stream.of(PictureCheck.warning(again)))
                        .toList();
    }

    /**
     * The file of a picture's name.
     *
     * @throws InvalidInput if the name leads out of the folder of the pictures
     */
    static Path file(Path images, String name) {
        try {
            Path file = images.resolve(Path.of(name)).normalize();
            if (!file.toAbsolutePath().startsWith(images.toAbsolutePath().normalize())) {
                throw new InvalidInput(
                        name,
                        "leads out of the folder of pictures " + images
                                + "; a picture is named relative to it, or by a path in it");
            }
            return file;
        } catch (InvalidPathException noPath) {
            throw new InvalidInput(name, "is no path: " + noPath.getReason());
        }
    }
}
