package org.moslora.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.training.CheckpointProgress.BestLoss;
import org.moslora.training.team.Team;

/** Which checkpoints stay, what a resumed run takes up of them, and going back to earlier ones. */
class KeptCheckpointsTest {
    @TempDir
    Path folder;

    private Arena arena;

    @BeforeEach
    void open() {
        Engine.start(1);
        arena = Arena.open(Compute.cpu());
    }

    @AfterEach
    void close() {
        arena.close();
    }

    private Map<String, NDArray> state(float value) {
        return Map.of("value", arena.floats(new float[] {value}, 1));
    }

    private void save(Checkpoints checkpoints, int step, boolean interim) {
        checkpoints.save(arena, CheckpointProgress.at(step, interim), state(step), RunResult.adapter(into -> {}));
    }

    /** Steps with an i are those of runs that were told to stop there. */
    @ParameterizedTest
    @CsvSource({
        "2 4 6, 2, 4 6",
        "2 4 5i, 2, 2 4 5",
        "2 4 5i 6, 2, 4 6",
        "2 4 5i 6, 9, 2 4 6",
        "1i, 1, 1",
        "1i 3i, 1, 3",
        "1i 2, 1, 2",
        "2 3i 3, 9, 2 3",
        "2 2 2, 1, 2",
        "4 2, 1, 4"
    })
    void regularOnesStayAsManyAsWantedAndOneThatWasStoppedAtUntilTheNext(String saved, int kept, String stay) {
        Checkpoints checkpoints = new Checkpoints(folder, kept);
        for (String step : saved.split(" ")) {
            save(checkpoints, Integer.parseInt(step.replace("i", "")), step.endsWith("i"));
        }
        List<String> steps = checkpoints.steps().stream().map(String::valueOf).toList();
        assertThat(String.join(" ", steps)).isEqualTo(stay);
    }

    @Test
    void aDiskThatIsFullLosesNothingThatWasThere() throws IOException {
        Checkpoints checkpoints = new Checkpoints(folder, 1);
        save(checkpoints, 2, false);
        assertThatThrownBy(() ->
                        checkpoints.save(arena, CheckpointProgress.at(4, false), state(4), RunResult.adapter(into -> {
                            throw new IOException("No space left on device");
                        })))
                .isInstanceOf(UncheckedIOException.class);
        assertThat(checkpoints.steps()).containsExactly(2);
        Map<String, NDArray> read = state(0);
        checkpoints.load(arena, 2, read);
        assertThat(read.get("value").toFloatArray()).containsExactly(2);
        try (var entries = Files.list(folder)) {
            assertThat(entries).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"step-2", "step-000002.partial", "other", "xstep-000002", "step-00000a"})
    void whatIsNoCheckpointIsNone(String name) throws IOException {
        Files.createDirectories(folder.resolve(name));
        assertThat(new Checkpoints(folder, 1).steps()).isEmpty();
        assertThat(new Checkpoints(folder.resolve("nowhere"), 1).latest()).isEmpty();
    }

    /** Each visited step in its state, and then the present one again, whether or not it was among them. */
    @ParameterizedTest
    @CsvSource({"2 4, 6, 2 4", "2 6, 6, 2 6", "6, 6, 6", "'', 6, ''"})
    void earlierStatesAreVisitedAndTheRunComesBackToItsOwn(String visited, int present, String seen) {
        Checkpoints checkpoints = new Checkpoints(folder, 9);
        for (int step = 2; step <= 6; step += 2) {
            save(checkpoints, step, false);
        }
        List<Integer> steps = new ArrayList<>();
        for (String step : visited.split(" ")) {
            if (!step.isEmpty()) {
                steps.add(Integer.valueOf(step));
            }
        }
        Map<String, NDArray> state = state(present);
        List<String> states = new ArrayList<>();
        checkpoints.revisit(arena, steps, present, state, step -> {
            states.add(String.valueOf((int) state.get("value").getFloat()));
            assertThat(states).last().isEqualTo(String.valueOf(step));
        });
        assertThat(String.join(" ", states)).isEqualTo(seen);
        assertThat(state.get("value").toFloatArray()).containsExactly(present);
    }

    private RunRequest request(Path resume, List<String> told) {
        TrainingListener listener = new TrainingListener() {
            @Override
            public void stepped(StepReport report) {
                told.add("stepped");
            }

            @Override
            public void tell(String line) {
                told.add(line);
            }
        };
        return new RunRequest(null, List.of(), folder, resume, 1, true, listener, null, Team.ALONE, 0);
    }

    @Test
    void onlyWhoAsksToGoOnGoesOn() {
        Checkpoints checkpoints = new Checkpoints(folder, 9);
        save(checkpoints, 2, false);
        BestLoss best = new BestLoss(0.5, 2, 1);
        checkpoints.save(
                arena,
                CheckpointProgress.at(4, true).drawn(77).validated(best).by(3),
                state(4),
                RunResult.adapter(into -> {}));
        List<String> told = new ArrayList<>();
        Map<String, NDArray> state = state(0);
        CheckpointProgress fresh = Resumption.restore(request(null, told), checkpoints, arena, state);
        assertThat(fresh.step()).isZero();
        assertThat(state.get("value").toFloatArray()).containsExactly(0);
        CheckpointProgress resumed = Resumption.restore(request(folder, told), checkpoints, arena, state);
        assertThat(resumed).isEqualTo(new CheckpointProgress(4, true, 77, best, 1, 3));
        assertThat(state.get("value").toFloatArray()).containsExactly(4);
        assertThat(told)
                .containsExactly(
                        "going on after step 4",
                        "it came there with 3 workers, and now has one process: last digits will differ");
    }

    @Test
    void aRunWithoutACheckpointBeginsAndSaysSo() {
        List<String> told = new ArrayList<>();
        Checkpoints none = new Checkpoints(folder, 1);
        assertThat(Resumption.restore(request(folder, told), none, arena, state(0)))
                .isEqualTo(CheckpointProgress.start());
        assertThat(told).containsExactly("no checkpoint yet: starting over");
    }
}
