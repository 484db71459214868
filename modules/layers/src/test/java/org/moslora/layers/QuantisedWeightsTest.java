package org.moslora.layers;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.layers.quantised.Packing;
import org.moslora.layers.quantised.Quantisation;
import org.moslora.tensors.DType;
import org.moslora.tensors.PackedNf4;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightSource;
import org.moslora.tensors.quantised.BitsAndBytes;
import org.moslora.tensors.quantised.Int8Weights;

/** Quantised weights against bitsandbytes' own, against the rule in plain doubles, and inside a layer. */
class QuantisedWeightsTest {
    @TempDir
    Path folder;

    private final Arena arena = Cpu.arena();
    private final List<WeightSource> open = new ArrayList<>();

    @AfterEach
    void close() {
        open.forEach(WeightSource::close);
        arena.close();
    }

    private WeightSource golden() throws Exception {
        WeightSource file = SafetensorsFile.open(
                Path.of(getClass().getResource("nf4.safetensors").toURI()));
        open.add(file);
        return file;
    }

    private WeightSource written(Quantisation form, String name, Values weight, boolean nested) {
        List<Long> shape = Arrays.stream(weight.shape()).boxed().toList();
        Packing like = new Packing(name, shape, DType.F32, nested);
        List<TensorData> tensors = form.tensors(arena, like, step -> weight.in(step));
        Path file = folder.resolve(name + ".safetensors");
        SafetensorsWriter.write(file, tensors, Map.of());
        WeightSource written = SafetensorsFile.open(file);
        open.add(written);
        return written;
    }

    private FrozenTensors in(WeightSource source, Precision precision) {
        return new FrozenTensors(source, arena, new Compute(Device.cpu(), precision));
    }

    private static byte[] bytes(WeightSource source, String name) {
        ByteBuffer buffer = source.bytes(name).get(0);
        byte[] values = new byte[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    private static float[] floats(WeightSource source, String name) {
        ByteBuffer buffer = source.bytes(name).get(0);
        float[] values = new float[buffer.remaining() / Float.BYTES];
        buffer.asFloatBuffer().get(values);
        return values;
    }

    @ParameterizedTest
    @ValueSource(strings = {"wide", "narrow", "edges"})
    void codesAndLevelsAreThoseOfBitsandbytes(String name) throws Exception {
        WeightSource golden = golden();
        Values weight = Values.of(in(golden, Precision.FP32).get(name));
        WeightSource own = written(Quantisation.NF4, name + ".weight", weight, true);
        assertThat(bytes(own, name + ".weight")).isEqualTo(bytes(golden, name + ".weight"));
        for (String levels : List.of(PackedNf4.LEVELS, PackedNf4.NESTED_LEVELS, PackedNf4.OUTER)) {
            assertThat(floats(own, name + ".weight" + levels)).isEqualTo(floats(golden, name + ".weight" + levels));
        }
        assertThat(own.names()).hasSize(6);
    }

    @Test
    void plainScalesAreThoseOfBitsandbytesToo() throws Exception {
        WeightSource golden = golden();
        Values weight = Values.of(in(golden, Precision.FP32).get("narrow"));
        WeightSource own = written(Quantisation.NF4, "plain.weight", weight, false);
        assertThat(bytes(own, "plain.weight")).isEqualTo(bytes(golden, "plain.weight"));
        assertThat(floats(own, "plain.weight.absmax")).isEqualTo(floats(golden, "plain.weight.absmax"));
        assertThat(own.names()).hasSize(4);
    }

    @Test
    void nestedScalesTakeTheNearestLevel() throws Exception {
        Values weight = Values.of(in(golden(), Precision.FP32).get("wide"));
        WeightSource own = written(Quantisation.NF4, "w", weight, true);
        PackedNf4 packed = (PackedNf4) BitsAndBytes.over(own).packed("w").orElseThrow();
        float[] levels = floats(own, "w" + PackedNf4.NESTED_LEVELS);
        float[] outer = floats(own, "w" + PackedNf4.OUTER);
        byte[] codes = bytes(own, "w" + PackedNf4.SCALES);
        assertThat(codes).hasSize(330);
        for (int block = 0; block < codes.length; block++) {
            double largest = 0;
            for (int i = 0; i < 64; i++) {
                largest = Math.max(largest, Math.abs(weight.data()[64 * block + i]));
            }
            double wanted = (largest - packed.offset()) / outer[block / 256];
            double chosen = Math.abs(levels[codes[block] & 0xFF] - wanted);
            for (float level : levels) {
                assertThat(chosen).as("block %d", block).isLessThanOrEqualTo(Math.abs(level - wanted) + 1e-7);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"narrow", "edges", "plain"})
    void whatBitsandbytesStoredIsReadToItsValues(String name) throws Exception {
        WeightSource golden = golden();
        WeightSource read = BitsAndBytes.over(golden);
        Values expected = Values.of(in(golden, Precision.FP32).get(name + ".read"));
        Values.of(in(read, Precision.FP32).get(name + ".weight")).mustBe(name, expected, 1e-7);
    }

    /** Widths that blocks of 64 do not divide, odd numbers of entries, more blocks than one group has. */
    @ParameterizedTest
    @CsvSource({"7, 45, true", "3, 50, true", "5, 96, true", "300, 70, true", "9, 33, false", "1, 2, true"})
    void nf4IsReadToItsValuesAtAnyWidth(long rows, long columns, boolean nested) {
        Values weight = Values.random(new Random(3), 0, 0.2, rows, columns);
        WeightSource file = written(Quantisation.NF4, "w", weight, nested);
        Values expected = unpacked(file, rows, columns);
        WeightSource read = BitsAndBytes.over(file);
        Values.of(in(read, Precision.FP32).get("w")).mustBe("fp32", expected, 1e-7);
        Values.of(in(read, Precision.BF16).get("w")).mustBe("bf16", expected.rounded(), 1e-7);
        assertThat(weight.share(expected)).isBetween(0.01, 0.2);
    }

    private static Values unpacked(WeightSource file, long... shape) {
        PackedNf4 packed = (PackedNf4) BitsAndBytes.over(file).packed("w").orElseThrow();
        float[] levels = floats(file, "w" + PackedNf4.LEVELS);
        byte[] codes = bytes(file, "w");
        float[] scales = packed.nested() ? nested(file, packed) : floats(file, "w" + PackedNf4.SCALES);
        Values made = Values.zeros(shape);
        for (int i = 0; i < made.data().length; i++) {
            int code = i % 2 == 0 ? (codes[i / 2] & 0xFF) >> 4 : codes[i / 2] & 0xF;
            made.data()[i] = levels[code] * scales[i / 64];
        }
        return made;
    }

    private static float[] nested(WeightSource file, PackedNf4 packed) {
        float[] levels = floats(file, "w" + PackedNf4.NESTED_LEVELS);
        float[] outer = floats(file, "w" + PackedNf4.OUTER);
        byte[] codes = bytes(file, "w" + PackedNf4.SCALES);
        float[] scales = new float[codes.length];
        for (int block = 0; block < codes.length; block++) {
            scales[block] = levels[codes[block] & 0xFF] * outer[block / 256] + (float) packed.offset();
        }
        return scales;
    }

    @Test
    void int8IsOffByHalfAStepOfItsRowAtMost() {
        Values weight = Values.random(new Random(4), 0, 0.2, 33, 21);
        Arrays.fill(weight.data(), 0, 21, 0);
        weight.data()[21] = 5;
        WeightSource read = Int8Weights.over(written(Quantisation.INT8, "w", weight, false));
        float[] values = in(read, Precision.FP32).get("w").toFloatArray();
        for (int row = 0; row < 33; row++) {
            double largest = 0;
            for (int i = 21 * row; i < 21 * (row + 1); i++) {
                largest = Math.max(largest, Math.abs(weight.data()[i]));
            }
            for (int i = 21 * row; i < 21 * (row + 1); i++) {
                assertThat(Math.abs(values[i] - weight.data()[i])).isLessThanOrEqualTo((float) (largest / 254 * 1.001));
            }
        }
        Values.of(in(read, Precision.BF16).get("w")).mustBe("bf16", new Values(values, 33, 21).rounded(), 1e-7);
    }

    /** Forward and backward of a block of two linears, of which the first is quantised, against its unpacked weight. */
    @ParameterizedTest
    @EnumSource(
            value = Quantisation.class,
            names = {"INT8", "NF4"})
    void aLayerComputesWithWhatItsCodesStandFor(Quantisation form) {
        Random random = new Random(6);
        Values first = Values.random(random, 0, 0.3, 20, 12);
        Values second = Values.random(random, 0, 0.3, 16, 20);
        WeightSource file = written(form, "w", first, true);
        WeightSource read = form == Quantisation.NF4 ? BitsAndBytes.over(file) : Int8Weights.over(file);
        Linear held = in(read, Precision.FP32).linear(new Site("linear_1", 12, 20, false), "w", null);
        Linear plain = new Linear(held.site(), held.weightIn(arena), null);
        assertThat(held.quantised()).isNotNull();
        assertThat(plain.quantised()).isNull();
        Values x = Values.random(random, 0, 1, 9, 12);
        Values dy = Values.random(random, 0, 1, 9, 16);
        List<Values> expected = projected(plain, second, x, dy);
        List<Values> actual = projected(held, second, x, dy);
        for (int i = 0; i < expected.size(); i++) {
            actual.get(i).mustBe("result " + i, expected.get(i), 0);
        }
    }

    /** [y, dx, gradients of the first layer's pair] of a projector. */
    private List<Values> projected(Linear first, Values second, Values x, Values dy) {
        Random random = new Random(8);
        LowRank pair = new LowRank(
                Values.random(random, 0, 0.3, 2, 12).in(arena),
                Values.random(random, 0, 0.3, 20, 2).in(arena));
        LowRank gradient = new LowRank(arena.zeros(2, 12), arena.zeros(20, 2));
        first.adapt(pair, gradient, 0);
        Linear last = new Linear(new Site("linear_2", 20, 16, false), second.in(arena), null);
        Structure block = new BlockTensors(arena, List.of(), List.of(first, last)).block();
        NDArray[] forward = Kernels.get().call(arena, "projector_forward", x.in(arena), block, 0, "gelu");
        List<NDArray> saved = Arrays.asList(forward).subList(1, forward.length);
        NDArray dx = Kernels.get()
                .one(arena, "projector_backward", dy.in(arena), x.in(arena), saved, block, 0, true, "gelu");
        return List.of(Values.of(forward[0]), Values.of(dx), Values.of(gradient.down()), Values.of(gradient.up()));
    }
}
