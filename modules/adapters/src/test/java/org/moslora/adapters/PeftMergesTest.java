package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DType;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.WeightSource;

/**
 * Folders that PEFT 0.21.2 saved, and what its own merge_and_unload made of the weights below: scales by rank and by its
 * root, patterns of ranks and alphas, magnitudes, kernels, biases, a table, and every kind of product.
 */
class PeftMergesTest {
    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    private static JsonObject goldens() throws Exception {
        try (InputStream in = PeftMergesTest.class.getResourceAsStream("peft-merged.json")) {
            return JsonParser.parseReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .getAsJsonObject();
        }
    }

    static Stream<String> cases() throws Exception {
        return goldens().getAsJsonObject("cases").keySet().stream();
    }

    private Path file(String name, JsonObject from, String key) throws Exception {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, Base64.getDecoder().decode(from.get(key).getAsString()));
    }

    private Path adapter(JsonObject golden) throws Exception {
        Path weights = file("adapter/adapter_model.safetensors", golden, "adapter");
        Files.writeString(
                weights.resolveSibling("adapter_config.json"),
                golden.get("config").toString());
        return weights.getParent();
    }

    private WeightSource merged(Path base, ScaledAdapter... adapters) {
        Path out = folder.resolve("out.safetensors");
        try (WeightSource source = SafetensorsFile.open(base);
                LoadedAdapters loaded = LoadedAdapters.open(List.of(adapters));
                Arena arena = Arena.open(Compute.cpu())) {
            MergedWeights weights = new MergedWeights(source, loaded, key -> "unet." + key, arena, DType.F32);
            SafetensorsWriter.write(
                    out, source.names().stream().map(weights::tensor).toList(), Map.of());
        }
        return SafetensorsFile.open(out);
    }

    private static Matrix matrix(WeightSource source, String key) {
        int rows = source.info(key).shape().get(0).intValue();
        float[] values = HalfFloats.floats(source, key);
        return Matrix.of(rows, values.length / rows, values);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theMergedWeightsArePefts(String name) throws Exception {
        JsonObject all = goldens();
        JsonObject golden = all.getAsJsonObject("cases").getAsJsonObject(name);
        Path base = file("base.safetensors", all, "base");
        try (WeightSource before = SafetensorsFile.open(base);
                WeightSource expected = SafetensorsFile.open(file("expected.safetensors", golden, "merged"));
                WeightSource out = merged(base, new ScaledAdapter(adapter(golden), 1))) {
            for (String key : before.names()) {
                if (expected.names().contains(key)) {
                    matrix(out, key).mustBe(matrix(expected, key));
                } else {
                    assertThat(out.bytes(key)).as(key).isEqualTo(before.bytes(key));
                }
            }
        }
    }

    /** A weight of an adapter goes that share of the way from the base to what PEFT makes. */
    @ParameterizedTest
    @MethodSource("cases")
    void aScaleGoesThatShareOfTheWay(String name) throws Exception {
        JsonObject all = goldens();
        JsonObject golden = all.getAsJsonObject("cases").getAsJsonObject(name);
        Path base = file("base.safetensors", all, "base");
        try (WeightSource before = SafetensorsFile.open(base);
                WeightSource expected = SafetensorsFile.open(file("expected.safetensors", golden, "merged"));
                WeightSource out = merged(base, new ScaledAdapter(adapter(golden), -0.5))) {
            for (String key : expected.names()) {
                Matrix from = matrix(before, key);
                matrix(out, key)
                        .mustBe(from.scaled(1.5).plus(matrix(expected, key).scaled(-0.5)));
            }
        }
    }

    /** What the formats hold of PEFT's kinds, folded or as a pair, by the README's table; all others are refused. */
    static Stream<Arguments> conversions() throws Exception {
        return cases().flatMap(name ->
                Arrays.stream(AdapterFormat.values()).map(format -> Arguments.of(name, format, isHeld(name, format))));
    }

    private static boolean isHeld(String name, AdapterFormat format) {
        return switch (format) {
            case NATIVE, PEFT -> true;
            case DIFFUSERS, LYCORIS -> !name.equals("bias") && !name.equals("embedding");
            case KOHYA -> !name.equals("bias") && !name.equals("embedding") && !name.contains("dora");
        };
    }

    private static Path converted(Path from, AdapterFormat format, Path out) throws Exception {
        try (AdapterFile file = AdapterFile.open(from);
                Arena arena = Arena.open(Compute.cpu())) {
            Conversion.write(format, file, out, arena, DType.F32, Map.of());
        }
        return out;
    }

    /** Written as another program has it, and written back from there, an adapter makes the same of the weights. */
    @ParameterizedTest
    @MethodSource("conversions")
    void everyOtherFormatMakesTheSameOfTheWeights(String name, AdapterFormat format, boolean held) throws Exception {
        JsonObject all = goldens();
        JsonObject golden = all.getAsJsonObject("cases").getAsJsonObject(name);
        Path given = adapter(golden);
        Path there = folder.resolve(format.isFile() ? "there.safetensors" : "there");
        if (!held) {
            assertThatThrownBy(() -> converted(given, format, there))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("to " + format.spelling())
                    .hasMessageContaining("has no place there");
            assertThat(there).doesNotExist();
            return;
        }
        Path base = file("base.safetensors", all, "base");
        Path outside = converted(given, format, there);
        Path back = converted(outside, AdapterFormat.NATIVE, folder.resolve("back"));
        for (Path adapter : List.of(outside, back)) {
            try (WeightSource expected = SafetensorsFile.open(file("expected.safetensors", golden, "merged"));
                    WeightSource out = merged(base, new ScaledAdapter(adapter, 1))) {
                for (String key : expected.names()) {
                    matrix(out, key).mustBe(matrix(expected, key));
                }
            }
        }
    }
}
