package org.moslora.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.tensors.DType;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightSource;

/** Blocks whose weights stay in their file, in bfloat16, while others run in fp32. */
final class OffloadTest {
    private static final int BLOCKS = 5;
    private static final long BYTES = 2 * 3 * Float.BYTES;

    @TempDir
    private Path folder;

    private final Arena unused = Cpu.arena();
    private WeightSource source;
    private Arena arena = unused;

    @BeforeEach
    void write() {
        Path file = folder.resolve("w.safetensors");
        SafetensorsWriter.write(
                file,
                IntStream.range(0, BLOCKS)
                        .mapToObj(i -> TensorData.of("w." + i, List.of(2L, 3L), numbers(i), DType.BF16))
                        .toList(),
                Map.of());
        source = SafetensorsFile.open(file);
    }

    @AfterEach
    void close() {
        arena.close();
        source.close();
        unused.close();
    }

    private static float[] numbers(int i) {
        return new float[] {i, i + 1, i + 2, -i, 0.5f, 8};
    }

    private List<Linear> linears(long kept) {
        Compute compute = new Compute(Device.cpu(), Precision.FP32, kept);
        arena = Arena.open(compute);
        FrozenTensors weights = new FrozenTensors(source, arena, compute);
        return IntStream.range(0, BLOCKS)
                .mapToObj(i -> weights.linear(new Site("w." + i, 3, 2, false), "w." + i, null))
                .toList();
    }

    private List<BlockTensors> blocks(long kept) {
        return linears(kept).stream()
                .map(linear -> new BlockTensors(arena, List.of(), List.of(linear)))
                .toList();
    }

    /** Squares of the rows, so that a wrong weight is seen. */
    private void run(List<BlockTensors> blocks, int i) {
        try (Arena step = arena.child()) {
            float[] rows = Kernels.get()
                    .one(step, "row_squares", blocks.get(i).block(), 0)
                    .toFloatArray();
            float[] w = numbers(i);
            assertThat(rows)
                    .containsExactly(w[0] * w[0] + w[1] * w[1] + w[2] * w[2], w[3] * w[3] + w[4] * w[4] + w[5] * w[5]);
        }
    }

    private void thereAndBack(List<BlockTensors> blocks) {
        for (int i = 0; i < BLOCKS; i++) {
            run(blocks, i);
        }
        for (int i = BLOCKS - 1; i >= 0; i--) {
            run(blocks, i);
        }
    }

    @Test
    void noMoreThanTwoBlocksAreThereWithoutABudget() {
        List<BlockTensors> blocks = blocks(0);
        thereAndBack(blocks);
        int live = arena.live();
        thereAndBack(blocks);
        thereAndBack(blocks);
        assertThat(arena.live()).isEqualTo(live);
        Structure last = blocks.get(0).block();
        Structure before = blocks.get(1).block();
        assertThat(blocks.get(0).block()).isSameAs(last);
        assertThat(blocks.get(1).block()).isSameAs(before);
        run(blocks, 2);
        run(blocks, 3);
        assertThat(blocks.get(0).block()).isNotSameAs(last);
    }

    @Test
    void whatFitsTheBudgetStays() {
        List<BlockTensors> blocks = blocks(3 * BYTES);
        thereAndBack(blocks);
        List<Structure> stay =
                blocks.subList(0, 3).stream().map(BlockTensors::block).toList();
        for (int i = 0; i < 3; i++) {
            run(blocks, i);
            assertThat(blocks.get(i).block()).isSameAs(stay.get(i));
        }
        run(blocks, 3);
        assertThat(blocks.get(0).block()).isNotSameAs(stay.get(0));
    }

    @Test
    void whateverIsPutOnOrReplacedIsSeen() {
        List<Linear> linears = linears(0);
        Linear linear = linears.get(4);
        BlockTensors block = new BlockTensors(arena, List.of(), List.of(linear));
        run(List.of(block, block, block, block, block), 4);
        assertThatThrownBy(linear::weight).isInstanceOf(IllegalStateException.class);
        NDArray other = arena.floats(new float[] {1, 1, 1, 2, 2, 2}, 2, 3);
        linear.replace(other, null);
        assertThat(linear.weight()).isSameAs(other);
        try (Arena step = arena.child()) {
            assertThat(Kernels.get().one(step, "row_squares", block.block(), 0).toFloatArray())
                    .containsExactly(3, 12);
            linear.restore();
            assertThat(linear.weightIn(step).toFloatArray()).containsExactly(numbers(4));
        }
        run(List.of(block, block, block, block, block), 4);
    }

    @Test
    void whoTrainsAWeightHasItStay() {
        Linear linear = linears(0).get(2);
        linear.stay(arena);
        assertThat(linear.offloaded()).isNull();
        assertThat(linear.weight().toFloatArray()).containsExactly(numbers(2));
        linear.restore();
        assertThat(linear.weight().toFloatArray()).containsExactly(numbers(2));
    }

    @Test
    void whatIsReadWhereItIsMappedStaysThere() {
        Compute compute = new Compute(Device.cpu(), Precision.BF16, 0);
        arena = Arena.open(compute);
        Linear mapped = new FrozenTensors(source, arena, compute).linear(new Site("w.0", 3, 2, false), "w.0", null);
        assertThat(mapped.offloaded()).isNull();
        assertThat(Values.of(mapped.weight()).data()).containsExactly(numbers(0));
    }
}
