package org.moslora.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.NotFinite;

class NonFiniteTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(names = {"F64", "F32", "F16", "BF16"})
    void everyPlaceOfEveryFormatIsSeenAndNothingElse(DType type) {
        SplittableRandom random = new SplittableRandom(3);
        for (int entries : new int[] {1, 2, 3, 7, 9, 4096 * 4 + 5}) {
            ByteBuffer sound = finite(type, entries, random);
            assertThat(NonFinite.first(type, sound)).as("%s %d", type, entries).isEmpty();
            for (int number = 0; number < 8; number++) {
                int at = random.nextInt(entries);
                ByteBuffer spoilt = copy(sound);
                put(type, spoilt, at, List.of(Double.NaN, 1 / 0.0, -1 / 0.0).get(number % 3));
                assertThat(NonFinite.first(type, spoilt)).isEqualTo(OptionalLong.of(at));
            }
        }
    }

    @Test
    void theMessageNamesFileTensorAndEntry() {
        Path file = folder.resolve("model.safetensors");
        write(file, new float[] {0, 1, 2, 3, Float.NEGATIVE_INFINITY, 5});
        try (WeightSource source = SafetensorsFile.open(file)) {
            assertThatThrownBy(() -> NonFinite.refuse(source))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContainingAll(file.toString(), "layer.weight", "-infinity", "[1, 1]");
            Path copied = folder.resolve("copy.safetensors");
            TensorData data = TensorData.copy(source, "layer.weight");
            assertThatThrownBy(() -> SafetensorsWriter.write(copied, List.of(data), Map.of()))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining(file.toString());
            assertThat(copied).doesNotExist();
        }
    }

    @Test
    void whatIsTooLargeForAFormatIsNotWritten() {
        Path file = folder.resolve("half.safetensors");
        TensorData data = TensorData.of("layer.weight", List.of(2L), new float[] {1, 70_000}, DType.F16);
        assertThatThrownBy(() -> SafetensorsWriter.write(file, List.of(data), Map.of()))
                .isInstanceOf(NotFinite.class)
                .hasMessageContainingAll("layer.weight", "F16");
        assertThat(folder).isEmptyDirectory();
    }

    /** Bytes as they are, for the writer refuses them. */
    private static void write(Path file, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        Raw.write(
                file, "{\"layer.weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}}", bytes.array());
    }

    private static ByteBuffer finite(DType type, int entries, SplittableRandom random) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(entries * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < entries; i++) {
            double largest = type == DType.F16 ? 65504 : type == DType.F64 ? Double.MAX_VALUE : 0x1.fcp127;
            double[] values = {0, -0.0, 1, -largest, largest, 1e-30, random.nextDouble()};
            put(type, bytes, i, values[random.nextInt(values.length)]);
        }
        return bytes;
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        ByteBuffer copy = ByteBuffer.allocateDirect(bytes.capacity()).order(ByteOrder.LITTLE_ENDIAN);
        copy.put(bytes.duplicate());
        return copy.flip().order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void put(DType type, ByteBuffer bytes, int entry, double value) {
        int at = entry * type.bytes();
        switch (type) {
            case F64 -> bytes.putDouble(at, value);
            case F32 -> bytes.putFloat(at, (float) value);
            case F16 -> bytes.putShort(at, HalfFloats.toFloat16((float) value));
            default -> bytes.putShort(at, HalfFloats.toBfloat16((float) value));
        }
    }
}
