package org.moslora.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.console.progress.StopRequest;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DurableFiles;
import org.moslora.training.team.PeerLost;
import org.moslora.training.team.WorkerReport;

/** A team that loses members goes on at its last checkpoint, for as long as there is progress. */
class TeamAttemptsTest {
    private static final int SIGTERM = 15;

    @TempDir
    Path folder;

    private final List<String> told = new ArrayList<>();
    private final List<String> attempts = new ArrayList<>();
    private int ended;
    private RunFolder run;

    @BeforeEach
    void make() throws IOException {
        run = new RunFolder(folder.resolve("run"));
        Files.createDirectories(run.checkpoints());
    }

    private void lead(boolean resumes, TeamAttempts.Attempt attempt) {
        TrainingListener listener = new TrainingListener() {
            @Override
            public void stepped(StepReport report) {
                told.add("stepped " + report.step());
            }

            @Override
            public void started(String what, int done, int total) {
                told.add("started at " + done + "/" + total);
            }

            @Override
            public void ended() {
                ended++;
            }

            @Override
            public void tell(String line) {
                told.add(line);
            }
        };
        new TeamAttempts(new TeamRun(run, 9, 2), listener).run(resumes, (number, after) -> {
            attempts.add(number + " after " + after);
            return attempt.run(number, after);
        });
    }

    private void reach(int step) {
        try {
            Files.createDirectories(run.checkpoints().resolve(String.format(Locale.ROOT, "step-%06d", step)));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static List<WorkerReport> lost(String... messages) {
        List<WorkerReport> reports = new ArrayList<>();
        for (String message : messages) {
            reports.add(message.isEmpty() ? WorkerReport.done() : WorkerReport.lost(message));
        }
        return reports;
    }

    @Test
    void whereAllIsWellThereIsOneAttempt() {
        lead(false, (number, after) -> lost("", ""));
        assertThat(attempts).containsExactly("1 after 0");
        assertThat(told).containsExactly("started at 0/9");
        assertThat(ended).isOne();
    }

    @Test
    void eachAttemptBeginsAtTheLastCheckpointThatThereIs() {
        lead(false, (number, after) -> {
            reach(number < 3 ? 2 * number : 4);
            return number < 4 ? lost("worker 1 ended with 137", "") : lost("", "");
        });
        assertThat(attempts).containsExactly("1 after 0", "2 after 2", "3 after 4", "4 after 4");
        assertThat(told)
                .contains("worker 1 ended with 137; all go on after step 2")
                .contains("worker 1 ended with 137; all go on after step 4");
        assertThat(ended).isOne();
    }

    @Test
    void aNewRunDoesNotTakeUpWhatLiesThere() {
        reach(6);
        lead(false, (number, after) -> lost(""));
        lead(true, (number, after) -> lost(""));
        assertThat(attempts).containsExactly("1 after 0", "1 after 6");
        assertThat(told).containsExactly("started at 0/9", "started at 6/9");
    }

    @Test
    void withoutACheckpointItIsTriedAFewTimesOnly() {
        assertThatThrownBy(() -> lead(false, (number, after) -> lost("worker 0 ended with 1")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("worker 0 ended with 1; no step after 0 came into a checkpoint in 5 attempts");
        assertThat(attempts).hasSize(5);
        assertThat(ended).isOne();
    }

    @Test
    void aCheckpointMakesUpForAttemptsInVain() {
        lead(false, (number, after) -> {
            if (number % 4 == 0) {
                reach(number / 4);
            }
            return number < 20 ? lost("gone") : lost("");
        });
        assertThat(attempts).hasSize(20).last().isEqualTo("20 after 4");
    }

    /** Whoever was killed ended by itself; that the others noticed says less. */
    @Test
    void whoEndedFirstIsWhatIsTold() {
        lead(
                false,
                (number, after) -> number == 1
                        ? lost("worker 1 is gone", "worker 1 ended with 137", "worker 1 is gone")
                        : lost("", "", ""));
        assertThat(told).contains("worker 1 ended with 137; all go on after step 0");
    }

    @Test
    void whatAMemberThrewIsThrownAndNotTriedAgain() {
        WorkerReport wrong = WorkerReport.of(new InvalidInput("data", "is odd"));
        assertThatThrownBy(() -> lead(false, (number, after) -> List.of(WorkerReport.lost("worker 1 is gone"), wrong)))
                .isInstanceOf(InvalidInput.class)
                .hasMessage("data: is odd");
        WorkerReport memory = WorkerReport.of(new OutOfMemoryError("heap"));
        assertThatThrownBy(() -> lead(false, (number, after) -> List.of(memory)))
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(attempts).containsExactly("1 after 0", "1 after 0");
        assertThat(ended).isEqualTo(2);
    }

    @Test
    void whoeverStopsTheLeaderStopsItsAttempts() {
        try {
            assertThatThrownBy(() -> lead(false, (number, after) -> {
                        StopRequest.attending(() -> StopRequest.make(SIGTERM));
                        return lost("worker 0 ended with 143");
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("worker 0 ended with 143");
        } finally {
            StopRequest.attending(() -> StopRequest.make(0));
        }
        assertThat(attempts).hasSize(1);
    }

    @Test
    void whatALostMemberHadBegunToWriteIsTakenAway() throws IOException {
        Path half = Files.createDirectories(run.checkpoints().resolve(".step-000004.moslora-1-partial"));
        String passing = passing(run.checkpoints().resolve("step-000004"));
        Path other = Files.createDirectories(run.checkpoints().resolve(passing));
        Files.writeString(other.resolve("state"), "half");
        Path kept = Files.writeString(run.path().resolve("notes.txt"), "mine");
        lead(false, (number, after) -> lost(""));
        assertThat(other).doesNotExist();
        assertThat(kept).exists();
        assertThat(half).exists();
    }

    /** How a folder that is being written is called, as seen from inside. */
    private static String passing(Path place) {
        String[] name = new String[1];
        try {
            DurableFiles.writeFolder(place, partial -> {
                name[0] = String.valueOf(partial.getFileName());
                throw new IOException("stop");
            });
        } catch (UncheckedIOException expected) {
            return name[0];
        }
        throw new AssertionError("it was written");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAttemptThatCannotBegin(boolean resumes) {
        assertThatThrownBy(() -> lead(resumes, (number, after) -> {
                    throw new PeerLost("no worker came");
                }))
                .isInstanceOf(PeerLost.class);
        assertThat(ended).isOne();
    }

    @Test
    void stepsThatMembersLogAreHeardOnce() {
        lead(false, (number, after) -> {
            try (Metrics metrics = Metrics.open(run.metrics(), after)) {
                for (int step = after + 1; step <= (number == 1 ? 3 : 9); step++) {
                    metrics.add(new StepReport(step, 1.0 / step, 1, 1, 1, "tokens", 1, 1));
                }
            }
            reach(number == 1 ? 2 : 9);
            return number == 1 ? lost("gone") : lost("");
        });
        assertThat(told.stream().filter(line -> line.startsWith("stepped")))
                .startsWith("stepped 1")
                .endsWith("stepped 9")
                .doesNotHaveDuplicates();
        assertThat(Metrics.rows(run.metrics())).hasSize(9);
    }
}
