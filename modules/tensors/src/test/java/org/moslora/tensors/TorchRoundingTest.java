package org.moslora.tensors;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tens of thousands of floats rounded to 16 bits: the digest of what Tensor.to of torch 2.7.1 gives for them. */
class TorchRoundingTest {
    private static final int COUNT = 1 << 15;

    @TempDir
    Path folder;

    /** Exponents around those of halves, so that most are neither infinite nor zero. */
    private static int near(int bits) {
        return bits & 0x8000_0000 | ((bits >>> 23 & 0x3f) + 96) << 23 | bits & 0x7f_ffff;
    }

    private static float[] floats(IntUnaryOperator shaped) {
        float[] values = new float[COUNT];
        int count = 0;
        int state = 12345;
        for (int i = 0; i < COUNT; i++) {
            state = state * 1664525 + 1013904223;
            float value = Float.intBitsToFloat(shaped.applyAsInt(state));
            if (!Float.isNaN(value)) {
                values[count++] = value;
            }
        }
        return java.util.Arrays.copyOf(values, count);
    }

    @ParameterizedTest
    @CsvSource({
        "false, F16, 442de603dd0cbc5827e23658f5f1730179af69c34ecd4575e8c020784d4cd15c",
        "false, BF16, e68fa73f01ad555aae068953094419edc129f1292288af9ce5d15baf90f50b28",
        "true, F16, 39572067fc38d1ba26348b118345db58968ebaf3dd0a252a63e655ccac4a235c",
        "true, BF16, 6cdff27c593120e545467f61f432b88f171b6c7c4d48c590ad06a9a78e9efa42"
    })
    void bitsAreTorchs(boolean near, DType type, String sha256) throws Exception {
        float[] values = floats(near ? TorchRoundingTest::near : bits -> bits);
        ByteBuffer bits = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bits.putShort(type == DType.F16 ? HalfFloats.toFloat16(value) : HalfFloats.toBfloat16(value));
        }

        byte[] digest = MessageDigest.getInstance("SHA-256").digest(bits.array());
        assertThat(HexFormat.of().formatHex(digest)).isEqualTo(sha256);
    }

    /** Of two neighbours the nearer is taken, and of the same distance the even one, whatever torch is. */
    @Test
    void theNearestIsTakenAndTheEvenOneOfTwo() {
        for (int bits = 0x0001; bits < 0x7bff; bits += 37) {
            float low = HalfFloats.fromFloat16((short) bits);
            float high = HalfFloats.fromFloat16((short) (bits + 1));
            float middle = (low + high) / 2;
            int even = bits % 2 == 0 ? bits : bits + 1;
            assertThat(HalfFloats.toFloat16(middle)).isEqualTo((short) even);
            assertThat(HalfFloats.toFloat16(Math.nextDown(middle))).isEqualTo((short) bits);
            assertThat(HalfFloats.toFloat16(Math.nextUp(middle))).isEqualTo((short) (bits + 1));
            assertThat(HalfFloats.toFloat16(-middle)).isEqualTo((short) (even | 0x8000));
        }
    }

    @Test
    void aLargerFloatIsNoSmallerHalf() {
        float before = Float.NEGATIVE_INFINITY;
        for (int i = -40_000; i <= 40_000; i++) {
            float half = HalfFloats.fromFloat16(HalfFloats.toFloat16(i * 1.7f));
            float brain = HalfFloats.fromBfloat16(HalfFloats.toBfloat16(i * 1.7f));
            assertThat(half).isGreaterThanOrEqualTo(before);
            assertThat(Math.abs(brain - i * 1.7f)).isLessThanOrEqualTo(Math.abs(i * 1.7f) / 256);
            before = half;
        }
    }

    /** Written in a narrower type and read again, floats are what rounding them gives; a second time changes nothing. */
    @ParameterizedTest
    @CsvSource({"F32", "F16", "BF16", "F64"})
    void aSecondRoundingChangesNothing(DType type) {
        float[] values = new float[3 * 65_536 + 11]; // more than a block
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(i) * (1 + i % 97);
        }
        float[] once = written(values, type);
        for (int i = 0; i < values.length; i += 101) {
            float expected = type == DType.F16
                    ? HalfFloats.fromFloat16(HalfFloats.toFloat16(values[i]))
                    : type == DType.BF16 ? HalfFloats.fromBfloat16(HalfFloats.toBfloat16(values[i])) : values[i];
            assertThat(once[i]).isEqualTo(expected);
        }
        assertThat(written(once, type)).isEqualTo(once);
    }

    private float[] written(float[] values, DType type) {
        Path file = folder.resolve("values.safetensors");
        TensorData data = TensorData.of("w", List.of((long) values.length), values, type);
        SafetensorsWriter.write(file, List.of(data), Map.of());
        try (WeightSource source = SafetensorsFile.open(file)) {
            return HalfFloats.floats(source, "w");
        }
    }
}
