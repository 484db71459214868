package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.adapters.form.Truncation;
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

/** Adapters that PEFT trains in place of what it has taken out of the base's weights. */
class ResidualAdaptersTest {
    private static final String KEY = TinyModel.QUERY + ".weight";
    private static final double SCALE = 1.5;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    private static Matrix diagonal(double... values) {
        Matrix made = Matrix.identity(values.length);
        for (int i = 0; i < values.length; i++) {
            made.data()[i * values.length + i] = values[i];
        }
        return made;
    }

    private Path adapter(String way) {
        return TinyFolder.lora().say("init_lora_weights", way).write(folder.resolve("adapter"));
    }

    private Path base(Matrix weight) {
        Path file = folder.resolve("base.safetensors");
        SafetensorsWriter.write(file, List.of(TensorData.of(KEY, List.of(6L, 6L), weight.floats())), Map.of());
        return file;
    }

    private static Matrix factor(Path adapter, String suffix, int rows, int columns) {
        try (WeightSource source = SafetensorsFile.open(adapter.resolve("adapter_model.safetensors"))) {
            return Matrix.of(
                    rows, columns, HalfFloats.floats(source, TinyFolder.BASE + TinyModel.QUERY + "." + suffix));
        }
    }

    private static Matrix update(Path adapter) {
        return factor(adapter, "lora_B.weight", 6, 2)
                .times(factor(adapter, "lora_A.weight", 2, 6))
                .scaled(SCALE);
    }

    private Matrix merged(Path base, ScaledAdapter... adapters) {
        try (WeightSource source = SafetensorsFile.open(base);
                LoadedAdapters fixed = LoadedAdapters.open(List.of(adapters));
                Arena arena = Arena.open(Compute.cpu())) {
            MergedWeights weights = new MergedWeights(source, fixed, name -> name, arena, null);
            Path out = folder.resolve("out.safetensors");
            SafetensorsWriter.write(out, List.of(weights.tensor(KEY)), Map.of());
            try (WeightSource written = SafetensorsFile.open(out)) {
                return Matrix.of(6, 6, HalfFloats.floats(written, KEY));
            }
        }
    }

    @Test
    void pissaStandsInPlaceOfTheGreatestSingularValues() {
        Path adapter = adapter("\"pissa\"");
        Path base = base(diagonal(3, 6, 2, 1, 5, 4));
        merged(base, new ScaledAdapter(adapter, 1))
                .mustBe(diagonal(3, 0, 2, 1, 0, 4).plus(update(adapter)));
    }

    @Test
    void aScaleGoesThatFarFromTheBase() {
        Path adapter = adapter("\"pissa\"");
        Matrix weight = diagonal(3, 6, 2, 1, 5, 4);
        Matrix whole = diagonal(3, 0, 2, 1, 0, 4).plus(update(adapter));
        merged(base(weight), new ScaledAdapter(adapter, 0.5))
                .mustBe(weight.scaled(0.5).plus(whole.scaled(0.5)));
    }

    @Test
    void oloraStandsInPlaceOfTheFirstRowsOfTheTriangle() {
        Path adapter = adapter("\"olora\"");
        Matrix triangle = diagonal(3, 6, 2, 1, 5, 4);
        triangle.data()[4] = 7;
        triangle.data()[9] = -8;
        triangle.data()[17] = 9;
        Matrix taken = new Matrix(6, 6, triangle.data().clone());
        for (int i = 12; i < 36; i++) {
            taken.data()[i] = 0;
        }
        merged(base(triangle), new ScaledAdapter(adapter, 1))
                .mustBe(triangle.plus(taken.scaled(-SCALE)).plus(update(adapter)));
    }

    @ParameterizedTest
    @CsvSource({"pissa", "olora"})
    void inAModelItIsWhatItIsMerged(String way) {
        Path path = adapter("\"" + way + "\"");
        float[] merged;
        float[] weight;
        try (LoadedAdapters fixed = LoadedAdapters.open(List.of(new ScaledAdapter(path, 1)));
                TinyModel model = new TinyModel(fixed)) {
            weight = model.linears.get(TinyModel.QUERY).weight().toFloatArray();
            fixed.attachUpTo(64, model.arena, Compute.cpu());
            assertThat(fixed.files().get(0).kinds()).containsExactly(way);
            merged = model.linears.get(TinyModel.QUERY).weight().toFloatArray();
        }
        Matrix expected = merged(base(Matrix.of(6, 6, weight)), new ScaledAdapter(path, 1));
        Matrix.of(6, 6, merged).mustBe(expected);
        assertThat(merged).isNotEqualTo(weight);
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "false", "null", "\"gaussian\"", "\"eva\"", "\"orthogonal\"", "\"mica\""})
    void otherBeginningsLeaveNoTrace(String way) {
        Path adapter = adapter(way);
        Matrix weight = diagonal(3, 6, 2, 1, 5, 4);
        merged(base(weight), new ScaledAdapter(adapter, 1)).mustBe(weight.plus(update(adapter)));
    }

    @ParameterizedTest
    @CsvSource({
        "pissa_niter_4, path_initial_model_for_weight_conversion",
        "corda, path_initial_model_for_weight_conversion",
        "lora_ga, path_initial_model_for_weight_conversion",
        "loftq, merge_and_unload",
        "something_new, merge_and_unload",
    })
    void whatCannotBeFoundAgainIsRefusedByName(String way, String instead) {
        Path adapter = adapter("\"" + way + "\"");
        assertThatThrownBy(() -> AdapterFile.open(adapter).close())
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(adapter.toString())
                .hasMessageContaining("init_lora_weights is \"" + way + "\"")
                .hasMessageContaining(instead);
    }

    @Test
    void weightsThatDoNotTellAreRefused() {
        Path adapter = adapter("\"pissa\"");
        Path base = base(Matrix.identity(6));
        assertThatThrownBy(() -> merged(base, new ScaledAdapter(adapter, 1)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("too alike")
                .hasMessageContaining("pissa of rank 2");
    }

    @Test
    void peftKeepsItAndOthersCannot() throws IOException {
        Path adapter = adapter("\"pissa\"");
        try (AdapterFile file = AdapterFile.open(adapter);
                Arena arena = Arena.open(Compute.cpu())) {
            for (AdapterFormat format : List.of(AdapterFormat.PEFT, AdapterFormat.NATIVE)) {
                Path out = folder.resolve(format.spelling());
                Conversion.write(format, file, out, arena, DType.F32, Map.of());
                assertThat(JsonParser.parseString(Files.readString(out.resolve("adapter_config.json")))
                                .getAsJsonObject()
                                .get("init_lora_weights")
                                .getAsString())
                        .isEqualTo("pissa");
            }
            assertThatThrownBy(() -> Conversion.write(
                            AdapterFormat.KOHYA, file, folder.resolve("k"), arena, DType.F32, Map.of()))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("pissa goes with what is left of the base's weights");
        }
    }

    @Test
    void cutToTwiceItsRankItIsPlainLora() throws IOException {
        Path adapter = adapter("\"pissa\"");
        Path base = base(diagonal(3, 6, 2, 1, 5, 4));
        Path plain = folder.resolve("plain");
        try (LoadedAdapters fixed = LoadedAdapters.open(List.of(new ScaledAdapter(adapter, 1)));
                WeightSource source = SafetensorsFile.open(base);
                Arena arena = Arena.open(Compute.cpu())) {
            CombinedAdapter.fill(
                    plain, fixed, Truncation.of(4, null), new BaseWeights(Map.of("", source)), arena, DType.F32);
            assertThatThrownBy(() -> CombinedAdapter.fill(
                            folder.resolve("x"), fixed, Truncation.of(4, null), null, arena, DType.F32))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("model");
        }
        merged(base, new ScaledAdapter(plain, 1)).mustBe(merged(base, new ScaledAdapter(adapter, 1)));
    }

    @Test
    void aWeightIsTakenApartOnce() {
        Path adapter = adapter("\"pissa\"");
        try (LoadedAdapters fixed =
                        LoadedAdapters.open(List.of(new ScaledAdapter(adapter, 1), new ScaledAdapter(adapter, 1)));
                TinyModel model = new TinyModel(fixed)) {
            assertThatThrownBy(() -> fixed.attach(model.arena, Compute.cpu()))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("only once");
        }
    }
}
