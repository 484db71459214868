package org.moslora.campaign;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every verb that writes, killed with SIGKILL at a random moment and done again: its result is that of one left alone. */
@Tag("campaign")
final class KillsCampaign {
    private static final int ATTEMPTS = 6;

    private final Table table = new Table("kills");

    @Test
    void whatIsKilledAndDoneAgainEndsInTheSameBytes() throws Exception {
        Path folder = Settings.FOLDER.resolve("kills");
        Trees.delete(folder);
        List<Undisturbed> all = new ArrayList<>();
        for (Task task : Task.all(Bed.trained(folder.resolve("bed")))) {
            all.add(Undisturbed.run(task, folder.resolve("work-" + all.size()), table));
        }
        AtomicInteger kills = new AtomicInteger();
        AtomicInteger rounds = new AtomicInteger();
        Hands.together(Settings.WORKERS, number -> {
            while (kills.get() < Settings.KILLS) {
                int round = rounds.getAndIncrement();
                Undisturbed whole = all.get(round % all.size());
                // Each works in one folder.
                synchronized (whole) {
                    kills.addAndGet(one(whole, Settings.random("kills", round), round));
                }
            }
        });
        table.finish();
    }

    /** Kills a task once or more; how often. */
    private int one(Undisturbed whole, Random random, int round) throws Exception {
        Task task = whole.task();
        Path folder = whole.folder();
        task.prepare(folder);
        StringBuilder story = new StringBuilder("round " + round);
        List<ProcessHandle> orphans = new ArrayList<>();
        int kills = 0;
        do {
            boolean resumes = task.words().get(0).equals("train") && Files.exists(folder.resolve("out/recipe.yaml"));
            List<String> words = resumes ? task.resumed() : task.words();
            long moment = killed(task, folder, words, whole.millis(), random, orphans);
            if (moment < 0) {
                story.append(", ended before it could be killed");
                break;
            }
            kills++;
            story.append(", killed after ")
                    .append(moment)
                    .append(" of ")
                    .append(whole.millis())
                    .append(" ms");
            if (whole.isHalfWritten()) {
                table.count(task.name(), Outcome.HALF_WRITTEN, story + ": " + whole.differences());
            }
        } while (random.nextInt(3) == 0);
        Ended ended = task.again(folder);
        Outcome outcome = whole.judged(ended, Outcome.RESUMED);
        String told = story + ": " + ended.described() + " " + whole.differences();
        for (int i = 0; i < kills; i++) {
            table.count(task.name(), i == 0 ? outcome : outcome.isFault() ? Outcome.RESUMED : outcome, told);
        }
        orphans.forEach(ProcessHandle::destroyForcibly);
        if (outcome.isFault()) {
            Files.createDirectories(Settings.FOLDER.resolve("faults"));
            Path kept = Settings.FOLDER.resolve("faults/kill-" + round);
            Trees.delete(kept);
            Files.move(folder, kept);
        }
        return kills;
    }

    /** The moment, or -1 if the task was always done before it. */
    private static long killed(
            Task task, Path folder, List<String> words, long millis, Random random, List<ProcessHandle> orphans)
            throws Exception {
        long most = millis;
        for (int i = 0; i < ATTEMPTS; i++) {
            // Starting Java takes a third of it, in which nothing is written yet.
            long moment =
                    (long) (most * (random.nextInt(5) == 0 ? random.nextDouble() : 0.3 + 0.7 * random.nextDouble()));
            Child child = task.start(folder, words);
            if (!child.endsWithin(moment)) {
                orphans.addAll(child.kill());
                return moment;
            }
            most = Math.max(100, moment);
            if (!words.contains("--resume")) {
                task.prepare(folder);
            }
        }
        return -1;
    }
}
