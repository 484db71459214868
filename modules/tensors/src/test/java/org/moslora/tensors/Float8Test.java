package org.moslora.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.moslora.problems.InvalidInput;

/** Numbers of 8 bits against torch's, and their scales. */
class Float8Test {
    private static final String WEIGHT = "layer.weight";

    @TempDir
    private Path folder;

    /** What torch says that the 256 codes are. */
    private static float[] torch(DType type) {
        try (InputStream in = Float8Test.class.getResourceAsStream("float8.txt")) {
            String line = new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(each -> each.startsWith(type.name() + " "))
                    .findFirst()
                    .orElseThrow();
            String[] words = line.split(" ");
            float[] values = new float[256];
            for (int i = 0; i < values.length; i++) {
                values[i] = words[i + 1].equals("nan")
                        ? Float.NaN
                        : Float.intBitsToFloat(Integer.parseUnsignedInt(words[i + 1], 16));
            }
            return values;
        } catch (IOException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static TensorData codes(String name, DType type, List<Long> shape, int... codes) {
        ByteBuffer bytes = ByteBuffer.allocate(codes.length);
        for (int code : codes) {
            bytes.put((byte) code);
        }
        return TensorData.of(new TensorInfo(name, type, shape), List.of(bytes.flip()));
    }

    private WeightSource written(TensorData... tensors) {
        Path file = folder.resolve("model.safetensors");
        SafetensorsWriter.write(file, List.of(tensors), Map.of());
        return ModelFolder.open(file);
    }

    @ParameterizedTest
    @EnumSource(names = {"F8_E4M3", "F8_E5M2"})
    void everyCodeIsWhatTorchSays(DType type) {
        float[] wanted = torch(type);
        for (int code = 0; code < wanted.length; code++) {
            float read = Float8.of(type, (byte) code);
            assertThat(Float.floatToIntBits(read))
                    .as("%s %x", type, code)
                    .isEqualTo(Float.floatToIntBits(wanted[code]));
            if (!Float.isNaN(read)) {
                assertThat(HalfFloats.fromBfloat16(HalfFloats.toBfloat16(read))).isEqualTo(read);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F8_E4M3", "F8_E5M2"})
    void aTensorIsReadWhereNoneOfItIsNoNumber(DType type) {
        float[] all = torch(type);
        List<Integer> sound = new ArrayList<>();
        for (int code = 0; code < all.length; code++) {
            if (Float.isFinite(all[code])) {
                sound.add(code);
            }
        }
        int[] codes = sound.stream().mapToInt(Integer::intValue).toArray();
        try (WeightSource source = written(codes(WEIGHT, type, List.of((long) codes.length), codes))) {
            NonFinite.refuse(source);
            float[] read = HalfFloats.floats(source, WEIGHT);
            for (int i = 0; i < codes.length; i++) {
                assertThat(read[i]).isEqualTo(all[codes[i]]);
            }
        }
        for (int code = 0; code < all.length; code++) {
            ByteBuffer bytes = ByteBuffer.allocateDirect(21);
            bytes.put(13, (byte) code);
            assertThat(NonFinite.first(type, bytes).isPresent())
                    .as("%s %x", type, code)
                    .isEqualTo(!sound.contains(code));
        }
    }

    @Test
    void oneScaleOrOneARowIsMultipliedInto() {
        float[] table = torch(DType.F8_E4M3);
        TensorData weight = codes(WEIGHT, DType.F8_E4M3, List.of(2L, 3L), 0x38, 0x39, 0xb8, 0x01, 0x7e, 0);
        TensorData other = codes("other.weight", DType.F8_E4M3, List.of(2L, 1L), 0x40, 0xc1);
        try (WeightSource source = written(
                weight,
                other,
                codes("third.weight", DType.F8_E4M3, List.of(1L), 0x42),
                codes("scaled_fp8", DType.F8_E4M3, List.of(0L)),
                TensorData.of("layer.scale_weight", List.of(), new float[] {0.3f}),
                TensorData.of("layer.scale_input", List.of(), new float[] {7}),
                TensorData.of("other.weight_scale", List.of(2L, 1L), new float[] {0.1f, 3}))) {
            assertThat(source.names()).containsExactly(WEIGHT, "other.weight", "third.weight");
            assertThat(source.info(WEIGHT).dtype()).isEqualTo(DType.F32);
            assertThat(source.stored(WEIGHT)).isEqualTo(DType.F8_E4M3);
            assertThat(source.isMade(WEIGHT)).isTrue();
            assertThat(source.isMade("third.weight")).isFalse();
            assertThat(HalfFloats.floats(source, WEIGHT))
                    .containsExactly(
                            table[0x38] * 0.3f, table[0x39] * 0.3f, table[0xb8] * 0.3f, table[1] * 0.3f, 448 * 0.3f, 0);
            assertThat(HalfFloats.floats(source, "other.weight")).containsExactly(table[0x40] * 0.1f, table[0xc1] * 3);
            assertThat(HalfFloats.floats(source, "third.weight")).containsExactly(table[0x42]);
        }
    }

    @Test
    void scalesOfInputsAreSpokenOf() {
        List<String> told = new ArrayList<>();
        try (WeightSource plain = written(
                codes(WEIGHT, DType.F8_E5M2, List.of(1L), 0x38),
                TensorData.of("layer.weight_scale", List.of(1L), new float[] {2}),
                TensorData.of("layer.input_scale", List.of(1L), new float[] {2}))) {
            Float8Scales.over(SafetensorsFile.open(plain.origin()), told::add).close();
        }
        assertThat(told).singleElement().asString().contains("1 scales of inputs are left aside");
    }

    @Test
    void aScaleThatDoesNotFitIsNamed() {
        assertThatThrownBy(() -> written(
                        codes(WEIGHT, DType.F8_E4M3, List.of(2L, 2L), 1, 2, 3, 4),
                        TensorData.of("layer.weight_scale", List.of(3L), new float[3])))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("tensor layer.weight_scale has shape [3]")
                .hasMessageContaining("one scale for all or one a row");
    }

    /** A scale beside a weight of another type is a tensor like any other. */
    @Test
    void onlyWeightsOf8BitsHaveScales() {
        try (WeightSource source = written(
                TensorData.of(WEIGHT, List.of(1L), new float[1]),
                TensorData.of("layer.weight_scale", List.of(1L), new float[1]))) {
            assertThat(source.names()).contains("layer.weight_scale");
        }
    }
}
