package org.moslora.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.training.Metrics;
import org.moslora.training.RunFolder;

/** What a listener hears of a training, in which order, and what is on disk by then. */
class ListenedRunTest {
    private static final String VALIDATED = "validation={fraction: 0.2, every: 3, samples: 1}";

    @TempDir
    static Path folder;

    private static TuningBench bench;

    @BeforeAll
    static void write() {
        bench = TuningBench.text(folder);
    }

    @Test
    void everythingIsHeardOnceAndInTheOrderInWhichItHappens() {
        HeardTuning heard = new HeardTuning();
        bench.train("heard", heard, VALIDATED, "training.max_steps=5");
        assertThat(heard.calls)
                .containsExactly(
                        "started training 0/5",
                        "stepped 1",
                        "stepped 2",
                        "checkpointed 2",
                        "stepped 3",
                        "sampled 3",
                        "validated 3",
                        "stepped 4",
                        "checkpointed 4",
                        "stepped 5",
                        "sampled 5",
                        "validated 5",
                        "checkpointed 5",
                        "ended");
    }

    @Test
    void whatIsHeardOfIsOnDisk() {
        RunFolder run = new RunFolder(folder.resolve("written"));
        bench.train("written", new OnDisk(run), VALIDATED);
        assertThat(run.plot()).isNotEmptyFile();
    }

    /** Looks for each thing as it is told of it. */
    private static final class OnDisk extends HeardTuning {
        private final RunFolder run;

        OnDisk(RunFolder run) {
            this.run = run;
        }

        @Override
        void hear(String call) {
            super.hear(call);
            if (call.startsWith("stepped")) {
                assertThat(Metrics.rows(run.metrics())).hasSize(reports.size());
            }
        }

        @Override
        public void sampled(int step, Path file) {
            assertThat(file).isNotEmptyFile().hasParent(run.samples());
        }

        @Override
        public void checkpointed(int step, Path checkpoint) {
            assertThat(checkpoint.resolve("adapter/adapter_model.safetensors")).isNotEmptyFile();
            assertThat(checkpoint).hasParent(run.checkpoints());
        }

        @Override
        public void ended() {
            assertThat(Files.exists(run.adapter())).isTrue();
        }
    }

    @Test
    void reportsAreTheLinesOfTheMetrics() {
        HeardTuning heard = new HeardTuning();
        RunFolder run = bench.train("reported", heard);
        assertThat(heard.reports).extracting(report -> report.loss()).isEqualTo(TuningBench.column(run, "loss"));
        assertThat(heard.reports)
                .extracting(report -> (double) report.units())
                .isEqualTo(TuningBench.column(run, "tokens"));
    }

    @Test
    void aWarmUpThatTheScheduleHasNoUseForIsToldOnce() {
        HeardTuning constant = new HeardTuning();
        bench.train("constant", constant, "training.schedule=constant", "training.warmup_steps=3");
        assertThat(constant.told)
                .filteredOn(line -> line.contains("ignores the warm-up of 3 steps"))
                .hasSize(1);
        HeardTuning warm = new HeardTuning();
        bench.train("warm", warm, "training.schedule=constant-with-warmup", "training.warmup_steps=3");
        assertThat(warm.told).noneMatch(line -> line.contains("warm-up"));
        assertThat(warm.reports)
                .extracting(report -> report.learningRate() / 5e-3)
                .usingComparatorForType((a, b) -> Math.abs(a - b) < 1e-12 ? 0 : Double.compare(a, b), Double.class)
                .isEqualTo(List.of(0.0, 1 / 3.0, 2 / 3.0, 1.0, 1.0, 1.0));
    }

    @Test
    void itsMemoryIsToldBeforeAnythingElseOfTheModel() {
        HeardTuning heard = new HeardTuning();
        bench.train("remembered", heard, "training.max_steps=1");
        assertThat(heard.told).anySatisfy(line -> assertThat(line).startsWith("memory: about "));
    }
}
