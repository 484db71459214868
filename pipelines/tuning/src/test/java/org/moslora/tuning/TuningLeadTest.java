package org.moslora.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.problems.InvalidInput;
import org.moslora.training.TeamRun;

/** Who leads a team knows what it will do, and refuses what it could not, before any member begins. */
class TuningLeadTest {
    @TempDir
    static Path folder;

    private static TuningBench bench;

    @BeforeAll
    static void write() {
        bench = TuningBench.text(folder);
    }

    private static List<TeamRun> lead(int workers, HeardTuning heard, String... overrides) {
        List<TeamRun> runs = new ArrayList<>();
        Tuning.lead(bench.bound(overrides), bench.request("led", heard, overrides), workers, runs::add);
        return runs;
    }

    @Test
    void itSaysHowManyStepsAndMicroBatchesThereAre() {
        HeardTuning heard = new HeardTuning();
        assertThat(lead(2, heard, "training={epochs: 2, batch_size: 1, gradient_accumulation: 3}"))
                .singleElement()
                .satisfies(run -> {
                    assertThat(run.steps()).isEqualTo(8);
                    assertThat(run.microBatches()).isEqualTo(3);
                    assertThat(run.run().path()).isEqualTo(folder.resolve("looked-at"));
                });
        assertThat(heard.told).anySatisfy(line -> assertThat(line).startsWith("memory: about"));
        assertThat(folder.resolve("looked-at")).doesNotExist();
    }

    @Test
    void everyWorkerMustHaveSomethingToDo() {
        assertThat(lead(2, new HeardTuning())).hasSize(1);
        assertThat(lead(0, new HeardTuning())).hasSize(1);
        assertThatThrownBy(() -> lead(3, new HeardTuning()))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("training.gradient_accumulation: is 2, but 3 workers");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "adapter.targets=[nowhere]",
                "validation.fraction=0.01",
                "data={conversations: train.json, template: llama3}",
                "adapter={kind: adalora, adalora: {warmup_steps: 5, final_steps: 4}}"
            })
    void whatATrainingWouldRefuseStartsNoMember(String override) {
        List<TeamRun> runs = new ArrayList<>();
        assertThatThrownBy(() -> runs.addAll(lead(2, new HeardTuning(), override)))
                .isInstanceOf(InvalidInput.class);
        assertThat(runs).isEmpty();
    }
}
