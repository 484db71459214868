package org.moslora.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.problems.InvalidInput;

class HalfFloatsTest {
    private static final float[] VALUES = {
        0.1f,
        -0.1f,
        65504f,
        65519.99f,
        65520f,
        1e-8f,
        2.98e-8f,
        5.96e-8f,
        6.1e-5f,
        1.0009765625f,
        1.00048828125f,
        1.00146484375f,
        3.389e38f,
        3.4e38f,
        -1e-40f,
        Float.POSITIVE_INFINITY,
        1 / 3f,
        2049f,
        2051f,
        6.103515625e-05f,
        6.0975552e-05f
    };

    // What PyTorch makes of the same values.
    private static final int[] HALVES = {
        0x2e66, 0xae66, 0x7bff, 0x7bff, 0x7c00, 0x0, 0x0, 0x1, 0x3ff, 0x3c01, 0x3c00, 0x3c02, 0x7c00, 0x7c00, 0x8000,
        0x7c00, 0x3555, 0x6800, 0x6802, 0x400, 0x3ff
    };
    private static final int[] BRAINS = {
        0x3dcd, 0xbdcd, 0x4780, 0x4780, 0x4780, 0x322c, 0x3300, 0x3380, 0x3880, 0x3f80, 0x3f80, 0x3f80, 0x7f7f, 0x7f80,
        0x8001, 0x7f80, 0x3eab, 0x4500, 0x4500, 0x3880, 0x3880
    };

    @Test
    void roundsAsPyTorchDoes() {
        for (int i = 0; i < VALUES.length; i++) {
            assertThat(HalfFloats.toFloat16(VALUES[i]))
                    .as("F16 of %s", VALUES[i])
                    .isEqualTo((short) HALVES[i]);
            assertThat(HalfFloats.toBfloat16(VALUES[i]))
                    .as("BF16 of %s", VALUES[i])
                    .isEqualTo((short) BRAINS[i]);
        }
    }

    @Test
    void everySixteenBitValueSurvivesTheWayThroughFloat() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float half = HalfFloats.fromFloat16((short) bits);
            float brain = HalfFloats.fromBfloat16((short) bits);
            if (!Float.isNaN(half)) {
                assertThat(HalfFloats.toFloat16(half)).isEqualTo((short) bits);
            }
            if (!Float.isNaN(brain)) {
                assertThat(HalfFloats.toBfloat16(brain)).isEqualTo((short) bits);
            }
        }
    }

    @Test
    void notANumberStaysSo() {
        for (int bits : new int[] {0x7f80_0001, 0xff80_0001, 0x7fff_ffff, 0x7fc0_0000}) {
            float nan = Float.intBitsToFloat(bits);
            assertThat(HalfFloats.fromFloat16(HalfFloats.toFloat16(nan))).isNaN();
            assertThat(HalfFloats.fromBfloat16(HalfFloats.toBfloat16(nan))).isNaN();
        }
        assertThat(HalfFloats.fromFloat16((short) 0x7e01)).isNaN();
    }

    @Test
    void otherTypesAreNamed(@TempDir Path folder) {
        Path file = folder.resolve("a.safetensors");
        TensorInfo info = new TensorInfo("a", DType.I8, List.of(1L));
        SafetensorsWriter.write(file, List.of(TensorData.of(info, List.of(ByteBuffer.allocate(1)))), Map.of());
        try (WeightSource source = SafetensorsFile.open(file)) {
            assertThatThrownBy(() -> HalfFloats.floats(source, "a"))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageEndingWith("tensor a is I8, expected F32, F16, BF16, F64 or fp8");
        }
    }
}
