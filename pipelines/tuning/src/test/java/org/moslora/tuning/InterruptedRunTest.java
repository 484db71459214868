package org.moslora.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.console.progress.StopRequest;
import org.moslora.console.progress.Stopped;
import org.moslora.testing.Trees;
import org.moslora.training.Checkpoints;
import org.moslora.training.RunFolder;

/** A run that ends wherever it may end, and is gone on with, leaves what one leaves that was never disturbed. */
class InterruptedRunTest {
    private static final String VALIDATED = "validation={fraction: 0.3, every: 2, samples: 1}";
    private static final int SIGTERM = 15;

    @TempDir
    static Path folder;

    private static TuningBench bench;
    private static RunFolder whole;

    @BeforeAll
    static void train() {
        bench = TuningBench.text(folder);
        whole = bench.train("whole", VALIDATED);
    }

    @AfterEach
    void go() {
        StopRequest.attending(() -> StopRequest.make(0));
    }

    /** A failure at one of the calls. */
    private static final class Failing extends HeardTuning {
        private final String where;

        Failing(String where) {
            this.where = where;
        }

        @Override
        void hear(String call) {
            if (call.equals(where)) {
                throw new IllegalStateException("no more: " + where);
            }
        }

        @Override
        public void tell(String line) {
            hear(line.split(":", -1)[0]);
        }
    }

    /** Told {@code step 4}: between the best result's write and the checkpoint that knows of it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "stepped 1",
                "checkpointed 2",
                "sampled 4",
                "step 4",
                "checkpointed 4",
                "validated 6",
                "stepped 6"
            })
    void whereverItFailsItGoesOnToTheSame(String where) {
        String name = "failed " + where;
        assertThatThrownBy(() -> bench.train(name, new Failing(where), VALIDATED))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no more: " + where);
        bench.resume(name, new HeardTuning());
        mustBeWhole(new RunFolder(folder.resolve(name)));
    }

    private static void mustBeWhole(RunFolder run) {
        assertThat(TuningBench.column(run, "loss")).isEqualTo(TuningBench.column(whole, "loss"));
        assertThat(TuningBench.column(run, "step")).isEqualTo(TuningBench.column(whole, "step"));
        assertThat(lasting(run)).isEqualTo(lasting(whole));
    }

    /** The digests of what does not say when, or where, it was made. */
    private static SortedMap<String, String> lasting(RunFolder run) {
        SortedMap<String, String> digests = Trees.digests(run.path());
        digests.keySet()
                .removeIf(name -> name.startsWith("metrics")
                        || name.startsWith("provenance")
                        || name.startsWith("recipe")
                        || name.startsWith("loss.png")
                        || name.startsWith("."));
        return digests;
    }

    @Test
    void whatIsToldToStopLeavesACheckpointOfThatStepAndSaysHowToGoOn() {
        HeardTuning stopping = stoppingAfter(3);
        assertThatThrownBy(() -> bench.train("stopped", stopping, VALIDATED))
                .isInstanceOf(Stopped.class)
                .hasMessageContaining("after step 3 of 6")
                .hasMessageContaining(folder.resolve("stopped").toString());
        assertThat(stopping.calls).endsWith("stepped 3", "checkpointed 3", "ended");
        Checkpoints left = new Checkpoints(folder.resolve("stopped/checkpoints"), 100);
        assertThat(left.steps()).containsExactly(2, 3);
        go();
        HeardTuning heard = new HeardTuning();
        bench.resume("stopped", heard);
        assertThat(heard.calls).startsWith("started training 3/6", "stepped 4");
        mustBeWhole(new RunFolder(folder.resolve("stopped")));
    }

    @Test
    void theCheckpointThatItWasStoppedAtStaysWhereItIsARegularOne() {
        assertThatThrownBy(() -> bench.train("regular", stoppingAfter(4), VALIDATED))
                .isInstanceOf(Stopped.class);
        go();
        bench.resume("regular", new HeardTuning());
        mustBeWhole(new RunFolder(folder.resolve("regular")));
    }

    @Test
    void aStopAfterTheLastStepIsAnEnd() {
        RunFolder run = bench.train("ended", stoppingAfter(6), VALIDATED);
        mustBeWhole(run);
    }

    private static HeardTuning stoppingAfter(int step) {
        return new HeardTuning() {
            @Override
            void hear(String call) {
                super.hear(call);
                if (call.equals("stepped " + step)) {
                    StopRequest.make(SIGTERM);
                }
            }
        };
    }

    @Test
    void aRunThatIsCompleteIsNotTakenUpAgain() {
        bench.train("complete", VALIDATED);
        HeardTuning heard = new HeardTuning();
        bench.resume("complete", heard);
        assertThat(heard.calls).containsExactly("started training 6/6", "ended");
        mustBeWhole(new RunFolder(folder.resolve("complete")));
    }
}
