package org.moslora.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.layers.Arena;
import org.moslora.layers.ArrayData;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.tensors.SafetensorsWriter;

/** What a finished run says of its size, its time and where its loss came to. */
class RunFiguresTest {
    @TempDir
    Path folder;

    private static RunFigures of(double... losses) {
        List<Double> all = new ArrayList<>();
        for (double loss : losses) {
            all.add(loss);
        }
        return new RunFigures(0, 0, 0, all);
    }

    /** A tenth of the steps, rounded up. */
    @ParameterizedTest
    @CsvSource({"1, 1", "9, 9", "10, 10", "11, 10.5", "20, 19.5", "21, 20", "100, 95.5"})
    void theLastLossIsAMeanOfTheLastTenth(int steps, double last) {
        double[] losses =
                IntStream.rangeClosed(1, steps).mapToDouble(step -> step).toArray();
        assertThat(of(losses).lastLoss()).isCloseTo(last, within(1e-12));
    }

    @Test
    void withoutStepsThereIsNothingToSay() {
        assertThat(of().lastLoss()).isZero();
        RunFigures none = RunFigures.of(new RunFolder(folder));
        assertThat(none).isEqualTo(new RunFigures(0, 0, 0, Collections.emptyList()));
    }

    private RunFolder run() {
        RunFolder run = new RunFolder(folder);
        try (Metrics metrics = Metrics.open(run.metrics(), 0)) {
            metrics.add(new StepReport(1, 3, 1, 1, 0.25, "tokens", 5, 700));
            metrics.add(new StepReport(2, 2, 1, 1, 0.5, "tokens", 5, 900));
            metrics.add(new StepReport(3, 1, 1, 1, 0.125, "tokens", 5, 800));
        }
        return run;
    }

    @Test
    void timeIsThatOfAllStepsAndMemoryTheMostOfAny() {
        RunFigures figures = RunFigures.of(run());
        assertThat(figures.seconds()).isCloseTo(0.875, within(1e-9));
        assertThat(figures.peakBytes()).isEqualTo(900);
        assertThat(figures.losses()).containsExactly(3.0, 2.0, 1.0);
    }

    @Test
    void parametersAreThoseOfAllFilesOfAnAdapter() throws Exception {
        RunFolder run = run();
        Engine.start(1);
        try (Arena arena = Arena.open(Compute.cpu())) {
            Path tower = Files.createDirectories(run.adapter().resolve("vision"));
            write(arena, run.adapter().resolve("adapter_model.safetensors"), arena.zeros(7));
            write(arena, tower.resolve("adapter_model.safetensors"), arena.zeros(5));
        }
        assertThat(RunFigures.of(run).parameters()).isEqualTo(12);
    }

    private static void write(Arena arena, Path file, NDArray array) {
        SafetensorsWriter.write(file, List.of(ArrayData.of(arena, "a", array)), Map.of());
    }

    /** Its folder holds what was frozen too. */
    @Test
    void ofAModelThatWasTrainedItselfItsCheckpointKnowsThem() throws Exception {
        RunFolder run = run();
        Engine.start(1);
        try (Arena arena = Arena.open(Compute.cpu())) {
            Files.createDirectories(run.model());
            write(arena, run.model().resolve("model.safetensors"), arena.zeros(50));
            new Checkpoints(run.checkpoints(), 1)
                    .save(
                            arena,
                            CheckpointProgress.at(3, false),
                            Map.of("value", arena.zeros(20), "first_moment", arena.zeros(20)),
                            RunResult.model(into -> {}));
        }
        assertThat(RunFigures.of(run).parameters()).isEqualTo(20);
    }
}
