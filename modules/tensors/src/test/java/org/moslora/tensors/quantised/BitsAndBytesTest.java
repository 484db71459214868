package org.moslora.tensors.quantised;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DType;
import org.moslora.tensors.PackedNf4;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.TensorInfo;
import org.moslora.tensors.WeightSource;

class BitsAndBytesTest {
    private static final String Q = "model.layers.0.self_attn.q_proj.weight";
    private static final String STATE = Q + PackedNf4.STATE;

    @TempDir
    Path folder;

    /** A weight [5, 51] of 255 entries in four blocks, and a norm. */
    private final SortedMap<String, TensorData> tensors = new TreeMap<>();

    @BeforeEach
    void fill() {
        bytes(Q, 128, 1);
        bytes(Q + PackedNf4.SCALES, 4);
        floats(Q + PackedNf4.LEVELS, 16);
        floats(Q + PackedNf4.OUTER, 1);
        floats(Q + PackedNf4.NESTED_LEVELS, 256);
        state(new String(new Nf4State(List.of(5L, 51L), DType.BF16, true, 0.25).bytes(), StandardCharsets.UTF_8));
        floats("model.norm.weight", 51);
    }

    private void bytes(String name, long... shape) {
        List<Long> sizes = new ArrayList<>();
        int count = 1;
        for (long size : shape) {
            sizes.add(size);
            count *= (int) size;
        }
        put(TensorData.of(new TensorInfo(name, DType.U8, sizes), List.of(ByteBuffer.allocate(count))));
    }

    private void floats(String name, int count) {
        put(TensorData.of(name, List.of((long) count), new float[count]));
    }

    private void state(String json) {
        byte[] text = json.getBytes(StandardCharsets.UTF_8);
        put(TensorData.of(
                new TensorInfo(STATE, DType.U8, List.of((long) text.length)), List.of(ByteBuffer.wrap(text))));
    }

    private void put(TensorData tensor) {
        tensors.put(tensor.info().name(), tensor);
    }

    private WeightSource file() {
        Path file = folder.resolve("model.safetensors");
        SafetensorsWriter.write(file, tensors.values(), Map.of());
        return SafetensorsFile.open(file);
    }

    private void refused(String... words) {
        try (WeightSource file = file()) {
            assertThatThrownBy(() -> BitsAndBytes.over(file))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("model.safetensors")
                    .hasMessageContainingAll(words);
        }
    }

    @Test
    void theWeightIsWholeAgain() {
        try (WeightSource read = BitsAndBytes.over(file())) {
            assertThat(read.names()).containsExactly(Q, "model.norm.weight");
            assertThat(read.info(Q)).isEqualTo(new TensorInfo(Q, DType.BF16, List.of(5L, 51L)));
            PackedNf4 packed = (PackedNf4) read.packed(Q).orElseThrow();
            assertThat(packed.nested()).isTrue();
            assertThat(packed.offset()).isEqualTo(0.25);
            assertThat(packed.bytes()).isEqualTo(128 + 4 + 4);
            assertThat(packed.names())
                    .allMatch(packed.parts().names()::contains)
                    .hasSize(6);
            assertThat(read.packed("model.norm.weight")).isEmpty();
            assertThat(read.bytes("model.norm.weight")).hasSize(1);
            assertThatThrownBy(() -> read.bytes(Q))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining(Q + " is held in nf4");
        }
    }

    @Test
    void aFileWithoutSuchWeightsStaysAsItIs() {
        tensors.keySet().removeIf(name -> name.startsWith(Q));
        try (WeightSource file = file()) {
            assertThat(BitsAndBytes.over(file)).isSameAs(file);
        }
    }

    @Test
    void scalesNeedNotBeNested() {
        state("{\"quant_type\": \"nf4\", \"blocksize\": 64, \"dtype\": \"float16\", \"shape\": [5, 51]}");
        floats(Q + PackedNf4.SCALES, 4);
        tensors.remove(Q + PackedNf4.OUTER);
        tensors.remove(Q + PackedNf4.NESTED_LEVELS);
        try (WeightSource read = BitsAndBytes.over(file())) {
            PackedNf4 packed = (PackedNf4) read.packed(Q).orElseThrow();
            assertThat(packed.nested()).isFalse();
            assertThat(packed.type()).isEqualTo(DType.F16);
            assertThat(packed.names())
                    .allMatch(packed.parts().names()::contains)
                    .hasSize(4);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", PackedNf4.SCALES, PackedNf4.LEVELS, PackedNf4.OUTER, PackedNf4.NESTED_LEVELS})
    void aMissingPartIsNamed(String suffix) {
        tensors.remove(Q + suffix);
        refused("tensor " + Q + suffix + " is missing");
    }

    @Test
    void aMissingStateIsNamed() {
        tensors.remove(STATE);
        refused(Q + PackedNf4.SCALES + " belongs to a quantised weight", STATE + " is missing");
    }

    @Test
    void everythingWrongIsToldTogether() {
        bytes(Q, 127, 1);
        bytes(Q + PackedNf4.SCALES, 5);
        floats(Q + PackedNf4.LEVELS, 15);
        floats(Q + PackedNf4.OUTER, 2);
        floats(Q + PackedNf4.NESTED_LEVELS, 255);
        refused("expected 128", "expected 4", "expected 16", "expected 1 ", "expected 256", "[127, 1]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "nf4 | fp4 | quant_type fp4; only nf4",
                "\"blocksize\":64 | \"blocksize\":128 | blocksize 128; only 64",
                "\"nested_blocksize\":256 | \"nested_blocksize\":128 | nested_blocksize 128",
                "bfloat16 | int8 | dtype int8",
                "\"shape\" | \"form\" | lacks what bitsandbytes notes",
                "{ | [ | holds no JSON object"
            })
    void aVariantThatIsNotReadIsNamed(String from, String to, String word) {
        String json =
                new String(new Nf4State(List.of(5L, 51L), DType.BF16, true, 0.25).bytes(), StandardCharsets.UTF_8);
        state(json.replace(from, to));
        refused(STATE, word);
    }

    @Test
    void otherFormsOfBitsandbytesAreNamed() {
        bytes("model.layers.0.mlp.up_proj.weight.quant_state.bitsandbytes__fp4", 3);
        floats("model.layers.0.mlp.down_proj.SCB", 3);
        refused("up_proj.weight is held in fp4", "down_proj.SCB", "8-bit layout is not read");
    }
}
