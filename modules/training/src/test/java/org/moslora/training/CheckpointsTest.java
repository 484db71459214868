package org.moslora.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.problems.InvalidInput;

class CheckpointsTest {
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

    private Map<String, NDArray> state(float... values) {
        return Map.of(
                "value", arena.floats(values, values.length),
                "first_moment", arena.floats(values, values.length));
    }

    private static CheckpointProgress progress(int step) {
        return CheckpointProgress.at(step, false);
    }

    private void save(Checkpoints checkpoints, int step) {
        checkpoints.save(
                arena,
                progress(step),
                state(step, -step),
                RunResult.adapter(into -> Files.writeString(into.resolve("mark"), "step " + step)));
    }

    @Test
    void whatIsSavedIsLoadedBitForBit() {
        Checkpoints checkpoints = new Checkpoints(folder, 3);
        float[] odd = {1 / 3f, Float.MIN_VALUE, -0f, 3e38f};
        checkpoints.save(arena, progress(7), state(odd), RunResult.adapter(into -> {}));
        Map<String, NDArray> empty = state(0, 0, 0, 0);
        CheckpointProgress progress = checkpoints.load(arena, 7, empty);
        assertThat(checkpoints.parameters()).isEqualTo(4);
        assertThat(progress.step()).isEqualTo(7);
        for (NDArray array : empty.values()) {
            assertThat(Arrays.equals(array.toFloatArray(), odd)).isTrue();
        }
    }

    @Test
    void goingOnWithMoreThreadsIsSaid() {
        Checkpoints checkpoints = new Checkpoints(folder, 2);
        save(checkpoints, 5);
        List<String> told = new ArrayList<>();
        assertThat(Resumption.restore(checkpoints, arena, state(0, 0), told::add))
                .isEqualTo(progress(5));
        assertThat(told).containsExactly("going on after step 5");
        Engine.start(2);
        Resumption.restore(checkpoints, arena, state(0, 0), told::add);
        assertThat(told).last().asString().contains("; threads 1");
    }

    @Test
    void onlyTheLatestStay() {
        Checkpoints checkpoints = new Checkpoints(folder, 2);
        assertThat(checkpoints.latest()).isEmpty();
        assertThat(checkpoints.parameters()).isZero();
        for (int step : new int[] {5, 10, 15, 1_000_000}) {
            save(checkpoints, step);
        }
        assertThat(checkpoints.steps()).containsExactly(15, 1_000_000);
        assertThat(checkpoints.latest()).contains(1_000_000);
        assertThat(folder.resolve("step-000015/adapter/mark")).hasContent("step 15");
        assertThat(folder.resolve("step-000010")).doesNotExist();
    }

    @Test
    void aFolderThatACrashLeftHalfWrittenDoesNotCount() throws IOException {
        Checkpoints checkpoints = new Checkpoints(folder, 3);
        save(checkpoints, 5);
        Files.createDirectories(folder.resolve("step-000010.moslora-partial"));
        Files.writeString(folder.resolve("step-000010.moslora-partial").resolve("state.safetensors"), "half");
        Files.createDirectories(folder.resolve("step-000010.moslora-replaced"));
        Files.createDirectories(folder.resolve("notes"));
        assertThat(checkpoints.steps()).containsExactly(5);
        save(checkpoints, 10);
        assertThat(checkpoints.steps()).containsExactly(5, 10);
        assertThat(folder.resolve("step-000010.moslora-partial")).doesNotExist();
    }

    @Test
    void aWriterThatFailsLeavesNoCheckpoint() {
        Checkpoints checkpoints = new Checkpoints(folder, 3);
        assertThatThrownBy(() -> checkpoints.save(arena, progress(5), state(1), RunResult.model(into -> {
                    throw new IOException("disk full");
                })))
                .hasMessageContaining("disk full");
        assertThat(checkpoints.steps()).isEmpty();
    }

    @Test
    void anotherSizeIsRefusedWithBothNumbers() {
        Checkpoints checkpoints = new Checkpoints(folder, 3);
        save(checkpoints, 5);
        assertThatThrownBy(() -> checkpoints.load(arena, 5, state(1, 2, 3)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("2 entries")
                .hasMessageContaining("trains 3")
                .hasMessageContaining("state.safetensors");
    }

    @Test
    void damagedFilesAreRefusedByName() throws IOException {
        Checkpoints checkpoints = new Checkpoints(folder, 3);
        save(checkpoints, 5);
        Path progress = folder.resolve("step-000005/progress.json");
        Files.writeString(progress, "[");
        assertThatThrownBy(() -> checkpoints.load(arena, 5, state(1, 2)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("progress.json");
        Path state = folder.resolve("step-000005/state.safetensors");
        Files.write(state, Arrays.copyOf(Files.readAllBytes(state), 60));
        assertThatThrownBy(() -> checkpoints.load(arena, 5, state(1, 2)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("state.safetensors");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "threads | {\"step\": 5, \"threads\": \"cuda\"}",
                "threads | {\"step\": 5, \"threads\": -1}",
                "step | {\"step\": [5], \"threads\": 1}",
                "step | {\"step\": 4, \"threads\": 1}",
                "interim | {\"step\": 5, \"interim\": 1}",
                "draws | {\"step\": 5, \"draws\": {}}",
                "best_loss | {\"best_loss\": \"low\", \"best_step\": 5, \"without_improvement\": 0, \"step\": 5}",
                "best_step | {\"best_loss\": 0.5, \"step\": 5}",
                "without_improvement | {\"best_loss\": 0.5, \"best_step\": 5, \"without_improvement\": -1, \"step\": 5}"
            })
    void whatNoRunRemembersIsRefusedByFileAndKey(String given) throws IOException {
        String[] parts = given.split(" \\| ");
        Checkpoints checkpoints = new Checkpoints(folder, 3);
        save(checkpoints, 5);
        Files.writeString(folder.resolve("step-000005/progress.json"), parts[1]);
        assertThatThrownBy(() -> Resumption.restore(checkpoints, arena, state(0, 0), line -> {}))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll("progress.json", parts[0]);
    }

    @Test
    void whatIsRememberedIsReadBack() {
        Checkpoints checkpoints = new Checkpoints(folder, 3);
        CheckpointProgress rich =
                CheckpointProgress.at(5, true).drawn(1L << 40).validated(new CheckpointProgress.BestLoss(0.25, 3, 2));
        checkpoints.save(arena, rich, state(1), RunResult.adapter(into -> {}));
        assertThat(checkpoints.progress(5)).isEqualTo(rich);
    }

    @Test
    void theSameStateGivesTheSameBytes() throws IOException {
        Checkpoints one = new Checkpoints(folder.resolve("one"), 3);
        Checkpoints other = new Checkpoints(folder.resolve("other"), 3);
        save(one, 5);
        save(other, 5);
        assertThat(folder.resolve("one/step-000005/state.safetensors"))
                .hasSameBinaryContentAs(folder.resolve("other/step-000005/state.safetensors"));
    }
}
