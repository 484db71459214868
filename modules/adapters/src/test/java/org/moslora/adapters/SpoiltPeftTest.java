package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DType;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightSource;

/** PEFT's own folders with one thing of them spoilt: it is named, or nothing of the adapter changes. */
class SpoiltPeftTest {
    private static final List<String> VALUES =
            List.of("null", "true", "-3", "2.5", "1e999", "\"x\"", "[null]", "{\"x\": 1}");
    private static JsonObject goldens;

    @TempDir
    Path folder;

    private Path adapter;

    @BeforeAll
    static void start() throws Exception {
        Engine.start(1);
        try (InputStream in = SpoiltPeftTest.class.getResourceAsStream("peft-merged.json")) {
            goldens = JsonParser.parseReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .getAsJsonObject()
                    .getAsJsonObject("cases");
        }
    }

    static Stream<String> cases() {
        return Stream.of(
                "lora", "patterns", "rslora-dora", "conv", "bias", "embedding", "loha", "lokr-conv", "adalora");
    }

    private void write(String name) throws Exception {
        JsonObject golden = goldens.getAsJsonObject(name);
        adapter = Files.createDirectories(folder.resolve(name));
        Files.write(weights(), Base64.getDecoder().decode(golden.get("adapter").getAsString()));
        Files.writeString(
                adapter.resolve("adapter_config.json"), golden.get("config").toString());
    }

    private Path weights() {
        return adapter.resolve("adapter_model.safetensors");
    }

    /** The tensors of the folder, under other names and with other values or none. */
    private void rewrite(UnaryOperator<String> names, DType type) throws Exception {
        List<TensorData> tensors = new ArrayList<>();
        try (WeightSource source = SafetensorsFile.open(weights())) {
            for (String name : source.names()) {
                String other = names.apply(name);
                if (!other.isEmpty()) {
                    tensors.add(TensorData.of(other, source.info(name).shape(), HalfFloats.floats(source, name), type));
                }
            }
        }
        Path made = folder.resolve("made");
        SafetensorsWriter.write(made, tensors, Map.of());
        Files.move(made, weights(), StandardCopyOption.REPLACE_EXISTING);
    }

    private List<String> keys() {
        try (WeightSource source = SafetensorsFile.open(weights())) {
            return List.copyOf(source.names());
        }
    }

    /** What each layer adds, by path, its scale included. */
    private Map<String, float[]> changes() {
        Map<String, float[]> changes = new TreeMap<>();
        try (AdapterFile file = AdapterFile.open(adapter);
                Arena arena = Arena.open(Compute.cpu())) {
            file.layers()
                    .forEach((path, layer) -> changes.put(
                            path,
                            layer.update()
                                    .change(arena, AdapterFile.factors(arena, Compute.cpu()), 1)
                                    .toFloatArray()));
        }
        return changes;
    }

    private static void mustBeNear(Map<String, float[]> found, Map<String, float[]> expected, double share) {
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        expected.forEach((path, values) -> {
            double largest = 0;
            double apart = 0;
            for (int i = 0; i < values.length; i++) {
                largest = Math.max(largest, Math.abs(values[i]));
                apart = Math.max(apart, Math.abs(values[i] - found.get(path)[i]));
            }
            assertThat(apart).as(path).isLessThanOrEqualTo(share * largest);
        });
    }

    /** Whichever is lost, the message says of which layer and what stays. */
    @ParameterizedTest
    @MethodSource("cases")
    void aTensorThatIsMissingIsNamedWithItsLayer(String name) throws Exception {
        write(name);
        for (String lost : keys()) {
            rewrite(key -> key.equals(lost) ? "" : key, DType.F32);
            String layer = lost.replace("base_model.model.", "").replaceAll("\\.(lora|hada|lokr)_.*", "");
            assertThatThrownBy(() -> AdapterFile.open(adapter).close())
                    .as(lost)
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining(adapter.toString())
                    .hasMessageContaining(layer);
            write(name);
        }
    }

    /** Half a layer's worth of names from elsewhere is as bad as none. */
    @ParameterizedTest
    @MethodSource("cases")
    void aTensorUnderAStrangersNameIsListed(String name) throws Exception {
        write(name);
        for (String lost : keys()) {
            rewrite(key -> key.equals(lost) ? "stranger." + key.length() : key, DType.F32);
            assertThatThrownBy(() -> AdapterFile.open(adapter).close())
                    .as(lost)
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("1 tensors are no part of an adapter that is read here: [stranger.");
            write(name);
        }
    }

    /** As PEFT keeps several adapters apart in memory, and as diffusers leaves the wrapper's name away. */
    @ParameterizedTest
    @MethodSource("cases")
    void theAdaptersOwnNameInAKeyChangesNothing(String name) throws Exception {
        write(name);
        Map<String, float[]> expected = changes();
        rewrite(
                key -> key.replaceAll("(\\.lora_(?:[AB]|E|magnitude_vector|embedding_[AB]))(\\.|$)", "$1.default$2"),
                DType.F32);

        mustBeNear(changes(), expected, 0);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void narrowerNumbersAreReadAsWhatTheyAre(String name) throws Exception {
        write(name);
        Map<String, float[]> expected = changes();
        rewrite(key -> key, DType.F64);
        mustBeNear(changes(), expected, 0);
        rewrite(key -> key, DType.F16);
        mustBeNear(changes(), expected, 0.01);
        write(name);
        rewrite(key -> key, DType.BF16);
        mustBeNear(changes(), expected, 0.06);
    }

    /** Every setting made every other kind of JSON: read, or refused by the name of the file, and nothing else. */
    @ParameterizedTest
    @ValueSource(strings = {"patterns", "lokr-conv", "adalora"})
    void everySettingOfAnotherKindIsReadOrRefusedByName(String name) throws Exception {
        write(name);
        Path config = adapter.resolve("adapter_config.json");
        JsonObject said = JsonParser.parseString(Files.readString(config)).getAsJsonObject();
        int refused = 0;
        for (String key : said.keySet()) {
            for (String value : VALUES) {
                JsonElement before = said.get(key);
                said.add(key, JsonParser.parseString(value));
                Files.writeString(config, said.toString());
                said.add(key, before);
                refused += isRefused() ? 1 : 0;
            }
        }
        assertThat(refused).isGreaterThan(20);
    }

    private boolean isRefused() {
        try (AdapterFile file = AdapterFile.open(adapter)) {
            assertThat(file.layers()).isNotEmpty();
            return false;
        } catch (InvalidInput named) {
            assertThat(named).hasMessageContaining(adapter.toString());
            return true;
        }
    }
}
