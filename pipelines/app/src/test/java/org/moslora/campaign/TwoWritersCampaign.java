package org.moslora.campaign;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every verb that writes, twice at once into one place: one is refused, or both end well, and the bytes are those of one. */
@Tag("campaign")
final class TwoWritersCampaign {
    private static final long LONGEST = 300_000;

    private final Table table = new Table("two writers");

    @Test
    void twoAtOnceLeaveWhatOneLeaves() throws Exception {
        Path folder = Settings.FOLDER.resolve("writers");
        Trees.delete(folder);
        List<Task> tasks = Task.all(Bed.trained(folder.resolve("bed")));
        for (int i = 0; i < tasks.size(); i++) {
            Undisturbed whole = Undisturbed.run(tasks.get(i), folder.resolve("work-" + i), table);
            for (int round = 0; round < Settings.ROUNDS; round++) {
                one(whole, Settings.random("writers " + tasks.get(i).name(), round), round);
            }
        }
        table.finish();
    }

    private void one(Undisturbed whole, Random random, int round) throws Exception {
        Task task = whole.task();
        task.prepare(whole.folder());
        // The first round starts both at one moment, the others the second one at some moment of the first.
        long later = round == 0 ? 0 : (long) (whole.millis() * random.nextDouble());
        Child first = task.start(whole.folder(), task.words());
        first.endsWithin(later);
        boolean resumes = later > 0 && task.words().get(0).equals("train") && random.nextBoolean();
        Child second = task.start(whole.folder(), resumes ? task.resumed() : task.words());
        Ended one = first.await(LONGEST);
        Ended other = second.await(LONGEST);
        Outcome outcome = judged(whole, one, other);
        table.count(
                task.name(),
                outcome,
                "round " + round + ", the second after " + later + " ms" + (resumes ? " with --resume" : "") + ": "
                        + one.described() + " | " + other.described() + " | " + whole.differences());
    }

    private static Outcome judged(Undisturbed whole, Ended one, Ended other) {
        for (Ended ended : List.of(one, other)) {
            Outcome outcome = Outcome.of(ended);
            if (outcome.isFault()) {
                return outcome;
            }
        }
        List<Integer> codes = List.of(one.code(), other.code());
        if (codes.contains(1)) {
            return Outcome.WRONG_CODE;
        }
        if (!codes.contains(0)) {
            return Outcome.STUCK;
        }
        Outcome same = whole.judged(one.code() == 0 ? one : other, Outcome.BOTH_DONE);
        return same != Outcome.BOTH_DONE || !codes.contains(2) ? same : Outcome.ONE_REFUSED;
    }
}
