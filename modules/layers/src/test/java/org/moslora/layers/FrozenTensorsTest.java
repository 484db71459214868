package org.moslora.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DType;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.TensorInfo;
import org.moslora.tensors.WeightSource;

class FrozenTensorsTest {
    /** Exact in every format, with both signs and a zero. */
    private static final float[] NUMBERS = {1.5f, -2, 0, 0.25f, 96, -0.0078125f};

    @TempDir
    Path folder;

    private final Arena arena = Cpu.arena();
    private WeightSource source;

    @BeforeEach
    void write() {
        Path file = folder.resolve("w.safetensors");
        ByteBuffer bytes = ByteBuffer.allocate(6).order(ByteOrder.LITTLE_ENDIAN);
        SafetensorsWriter.write(
                file,
                List.of(
                        TensorData.of("F32", List.of(2L, 3L), NUMBERS, DType.F32),
                        TensorData.of("F16", List.of(2L, 3L), NUMBERS, DType.F16),
                        TensorData.of("BF16", List.of(2L, 3L), NUMBERS, DType.BF16),
                        TensorData.of("F64", List.of(2L, 3L), NUMBERS, DType.F64),
                        TensorData.of(
                                new TensorInfo("F8_E4M3", DType.F8_E4M3, List.of(2L, 3L)),
                                List.of(ByteBuffer.wrap(new byte[] {0x3c, (byte) 0xc0, 0, 0x28, 0x6c, (byte) 0x84}))),
                        TensorData.of(
                                new TensorInfo("F8_E5M2", DType.F8_E5M2, List.of(2L, 3L)),
                                List.of(ByteBuffer.wrap(new byte[] {0x3e, (byte) 0xc0, 0, 0x34, 0x56, (byte) 0xa0}))),
                        TensorData.of("scalar", List.of(), new float[] {3}, DType.F32),
                        TensorData.of("fine", List.of(2L), new float[] {1.001f, 1 / 3f}, DType.F32),
                        TensorData.of(new TensorInfo("quantised", DType.I8, List.of(6L)), List.of(bytes))),
                Map.of());
        source = SafetensorsFile.open(file);
    }

    @AfterEach
    void close() {
        arena.close();
        source.close();
    }

    private FrozenTensors in(Precision precision) {
        return new FrozenTensors(source, arena, new Compute(Device.cpu(), precision));
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "F16", "BF16", "F64", "F8_E4M3", "F8_E5M2"})
    void everyFloatingFormatIsReadInBothPrecisions(DType type) {
        for (Precision precision : Precision.values()) {
            NDArray array = in(precision).get(type.name());
            assertThat(array.getShape().getShape()).containsExactly(2, 3);
            assertThat(Values.of(array).data()).containsExactly(NUMBERS);
            assertThat(in(precision).wide(type.name()).toFloatArray()).containsExactly(NUMBERS);
        }
    }

    @Test
    void float32IsRoundedToNearestInBfloat16() {
        float[] rounded = Values.of(in(Precision.BF16).get("fine")).data();
        float[] expected = {
            HalfFloats.fromBfloat16(HalfFloats.toBfloat16(1.001f)),
            HalfFloats.fromBfloat16(HalfFloats.toBfloat16(1 / 3f))
        };
        assertThat(rounded).containsExactly(expected);
    }

    @Test
    void aScalarHasNoAxes() {
        assertThat(in(Precision.FP32).get("scalar").getShape().dimension()).isZero();
        assertThat(in(Precision.FP32).get("scalar").getFloat()).isEqualTo(3);
    }

    @Test
    void quantisedWeightsAreRefusedByName() {
        for (Precision precision : Precision.values()) {
            assertThatThrownBy(() -> in(precision).get("quantised"))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageStartingWith("quantised: ")
                    .hasMessageContaining("I8")
                    .hasMessageContaining("F32, F16 or BF16");
        }
    }

    @Test
    void arraysStayReadableAfterTheSourceIsClosed() {
        NDArray array = in(Precision.FP32).get("F32");
        source.close();
        System.gc();
        assertThat(array.toFloatArray()).containsExactly(NUMBERS);
    }

    @Test
    void whatIsWrittenIsReadBack() throws Exception {
        Path file = folder.resolve("again.safetensors");
        NDArray array = in(Precision.FP32).get("fine");
        SafetensorsWriter.write(
                file,
                List.of(
                        ArrayData.of(arena, "wide", array),
                        ArrayData.of(arena, "half", array, DType.F16),
                        ArrayData.of(arena, "brain", in(Precision.BF16).get("fine"), DType.BF16)),
                Map.of());
        try (WeightSource again = SafetensorsFile.open(file)) {
            assertThat(HalfFloats.floats(again, "wide")).containsExactly(1.001f, 1 / 3f);
            assertThat(HalfFloats.floats(again, "half"))
                    .containsExactly(
                            HalfFloats.fromFloat16(HalfFloats.toFloat16(1.001f)),
                            HalfFloats.fromFloat16(HalfFloats.toFloat16(1 / 3f)));
            assertThat(HalfFloats.floats(again, "brain"))
                    .containsExactly(Values.of(in(Precision.BF16).get("fine")).data());
        }
        assertThatThrownBy(() -> SafetensorsWriter.write(
                        folder.resolve("no.safetensors"),
                        List.of(ArrayData.of(arena, "odd", array, DType.I8)),
                        Map.of()))
                .isInstanceOf(IllegalStateException.class);
    }
}
