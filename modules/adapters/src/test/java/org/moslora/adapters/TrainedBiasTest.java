package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.moslora.adapters.form.TensorRole;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.adapters.kind.AdapterOptions;
import org.moslora.adapters.kind.AdapterSpec;
import org.moslora.adapters.kind.FactorInit;
import org.moslora.adapters.kind.KindSettings;
import org.moslora.adapters.kind.LayerPatterns;
import org.moslora.adapters.kind.MixerInit;
import org.moslora.adapters.kind.TrainedBias;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.Structure;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DType;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightSource;

/** Biases beside adapters, PEFT's {@code lora_bias} and {@code bias: lora_only}: trained, read, used, merged, converted. */
class TrainedBiasTest {
    private static final String BIASED = TinyModel.VISION + "encoder.layers.0.self_attn.q_proj";
    private static final double SCALE = 1.5;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    private static AdapterSpec spec(AdapterKind kind, TrainedBias bias) {
        return new AdapterSpec(
                kind,
                2,
                3,
                0,
                MixerInit.KAIMING,
                FactorInit.KAIMING,
                new AdapterOptions(false, false, 1, bias),
                LayerPatterns.NONE,
                KindSettings.DEFAULT);
    }

    private static AdapterPlan plan(AdapterSpec spec, String prefix) {
        return new AdapterPlan().adapt("adapter", prefix, new Targets(List.of("all-linear"), List.of(), null), spec);
    }

    /** A folder with a bias beside B, or with the layer's own, on one of the model's layers. */
    private Path made(TrainedBias bias, String path, int width) {
        boolean added = bias == TrainedBias.LORA_BIAS;
        TinyFolder made = new TinyFolder().layer(TinyFolder.BASE + path, 2, width, width);
        made.put(TinyFolder.BASE + path + (added ? ".lora_B.bias" : ".base_layer.bias"), width);
        made.say(added ? "lora_bias" : "bias", added ? "true" : "\"lora_only\"");
        return made.write(folder.resolve(bias.recipeName() + width));
    }

    private static float[] stored(Path adapter, String suffix) {
        try (WeightSource file = SafetensorsFile.open(adapter.resolve("adapter_model.safetensors"))) {
            String key = file.names().stream()
                    .filter(name -> name.endsWith(suffix))
                    .findFirst()
                    .orElseThrow();
            return HalfFloats.floats(file, key);
        }
    }

    private static float[] bias(Linear linear) {
        NDArray bias = linear.bias();
        return bias == null ? new float[(int) linear.site().outputs()] : bias.toFloatArray();
    }

    @ParameterizedTest
    @CsvSource({
        "lora, LORA_BIAS",
        "lora, LORA_ONLY",
        "moslora, LORA_BIAS",
        "moslora, LORA_ONLY",
        "butterfly, LORA_BIAS",
        "dora, LORA_ONLY"
    })
    void aFreshOneChangesNothing(AdapterKind kind, TrainedBias bias) {
        AdapterPlan plan = plan(spec(kind, bias), TinyModel.VISION);
        try (TinyModel bare = new TinyModel(linear -> {});
                TinyModel model = new TinyModel(plan)) {
            plan.build(model.arena, Compute.cpu(), 1).materialize(model.arena);
            assertThat(bias(model.linear(BIASED))).containsExactly(bias(bare.linear(BIASED)));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = TrainedBias.class,
            names = {"LORA_BIAS", "LORA_ONLY"})
    void valueAndGradientAreTheFormulas(TrainedBias bias) {
        AdapterPlan plan = plan(spec(AdapterKind.MOSLORA, bias), TinyModel.VISION);
        boolean added = bias == TrainedBias.LORA_BIAS;
        TensorRole role = added ? TensorRole.BIAS : TensorRole.OWN_BIAS;
        try (TinyModel model = new TinyModel(plan)) {
            Linear linear = model.linear(BIASED);
            float[] frozen = bias(linear);
            TrainedAdapters adapters = plan.build(model.arena, Compute.cpu(), 1);
            NDArray trained = adapters.layers(model.arena, "adapter").get(0).factor(role);
            float[] values = Matrix.random(new Random(4), 1, frozen.length).floats();
            Kernels.get().call(model.arena, "copied_into", trained, model.arena.floats(values, values.length));
            adapters.materialize(model.arena);
            for (int i = 0; i < frozen.length; i++) {
                double expected = added ? frozen[i] + SCALE * values[i] : values[i];
                assertThat((double) bias(linear)[i]).isCloseTo(expected, within(1e-6));
            }
            Matrix above = Matrix.random(new Random(8), 5, frozen.length);
            gathered(model, linear, above);
            adapters.backward(model.arena);
            double[] sums =
                    Matrix.of(1, 5, new float[] {1, 1, 1, 1, 1}).times(above).data();
            int last = (int) adapters.parameters().size();
            float[] gradient =
                    Arrays.copyOfRange(adapters.parameters().gradient().toFloatArray(), last - frozen.length, last);
            for (int i = 0; i < frozen.length; i++) {
                assertThat((double) gradient[i]).isCloseTo((added ? SCALE : 1) * sums[i], within(1e-5));
            }
        }
    }

    /** Runs the kernel of a linear backward; the second of a projector's is given a gradient as it is. */
    private static void gathered(TinyModel model, Linear linear, Matrix above) {
        try (Arena step = model.arena.child()) {
            NDArray none = step.none();
            Matrix x = TinyModel.input(linear);
            int width = (int) linear.site().outputs();
            NDArray given = step.floats(x.floats(), x.rows(), x.columns());
            NDArray same = step.floats(Matrix.identity(width).floats(), width, width);
            // Far from zero, where a rectifier passes everything.
            float[] high = new float[width];
            Arrays.fill(high, 1000);
            List<NDArray> weights = List.of(linear.weight(), step.floats(high, width), same, none);
            List<NDArray> gradients = List.of(none, linear.biasGradient(), none, none);
            List<NDArray> changes = TinyModel.places(linear.adapter(), none);
            List<NDArray> changeGradients = TinyModel.places(linear.gradient(), none);
            Structure block = TinyModel.block(step, weights, gradients, changes, changeGradients);
            NDArray[] made = Kernels.get().call(step, "projector_forward", given, block, 0, "relu");
            List<NDArray> saved = List.of(made).subList(1, made.length);
            NDArray dy = step.floats(above.floats(), above.rows(), above.columns());
            Kernels.get().call(step, "projector_backward", dy, given, saved, block, 0, false, "relu");
        }
    }

    @Test
    void layersWithoutABiasHaveNoOwnOneToTrain() {
        AdapterPlan plan = plan(spec(AdapterKind.LORA, TrainedBias.LORA_ONLY), TinyModel.TEXT);
        try (TinyModel model = new TinyModel(plan)) {
            assertThatThrownBy(() -> plan.build(model.arena, Compute.cpu(), 1))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("adapter.bias")
                    .hasMessageContaining("none of them has one");
        }
    }

    @ParameterizedTest
    @CsvSource({"loha, LORA_BIAS, loha", "adalora, LORA_ONLY, adalora", "dora, LORA_BIAS, magnitude"})
    void otherKindsTakeNone(AdapterKind kind, TrainedBias bias, String word) {
        assertThatThrownBy(() -> spec(kind, bias))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("bias")
                .hasMessageContaining(word);
    }

    @ParameterizedTest
    @EnumSource(
            value = TrainedBias.class,
            names = {"LORA_BIAS", "LORA_ONLY"})
    void whatIsTrainedIsWrittenAndReadAgain(TrainedBias bias) throws IOException {
        Path given = made(bias, BIASED, 8);
        Path written = folder.resolve("written");
        AdapterPlan plan = plan(spec(AdapterKind.LORA, bias), TinyModel.VISION);
        try (TinyModel model = new TinyModel(plan);
                AdapterFile file = AdapterFile.open(given)) {
            TrainedAdapters adapters = plan.build(model.arena, Compute.cpu(), 1);
            assertThat(AdapterInitialization.load(file, Set.of("adapter"), adapters, model.arena, Compute.cpu()))
                    .isEmpty();
            NativeFolder.fill(
                    written,
                    model.arena,
                    adapters,
                    new AdapterOrigin("base", "family", null, null, "none"),
                    List.of("q_proj"));
        }
        assertThat(stored(written, ".bias")).containsExactly(stored(given, ".bias"));
        assertThat(used(written, 1)).containsExactly(used(given, 1));
    }

    private float[] used(Path adapter, double weight) {
        try (LoadedAdapters fixed = LoadedAdapters.open(List.of(new ScaledAdapter(adapter, weight)));
                TinyModel model = new TinyModel(fixed)) {
            fixed.attach(model.arena, Compute.cpu());
            return bias(model.linear(BIASED));
        }
    }

    @Test
    void usedItIsAddedByItsWeight() {
        float[] frozen;
        try (TinyModel bare = new TinyModel(linear -> {})) {
            frozen = bias(bare.linear(BIASED));
        }
        Path added = made(TrainedBias.LORA_BIAS, BIASED, 8);
        Path own = made(TrainedBias.LORA_ONLY, BIASED, 8);
        for (int i = 0; i < frozen.length; i++) {
            assertThat((double) used(added, 0.5)[i])
                    .isCloseTo(frozen[i] + 0.5 * SCALE * stored(added, ".bias")[i], within(1e-6));
            assertThat((double) used(own, 1)[i]).isCloseTo(stored(own, ".bias")[i], within(1e-6));
            assertThat((double) used(own, 0.5)[i]).isCloseTo(0.5 * (frozen[i] + stored(own, ".bias")[i]), within(1e-6));
        }
    }

    /** A matrix and a bias of their names in a file. */
    private Path base(String path, int width, boolean biased) {
        Path file = folder.resolve("base.safetensors");
        TensorData weight = TensorData.of(
                path + ".weight", List.of((long) width, (long) width), new float[width * width], DType.F32);
        float[] values = Matrix.random(new Random(6), 1, width).floats();
        TensorData bias = TensorData.of(path + ".bias", List.of((long) width), values, DType.F32);
        SafetensorsWriter.write(file, biased ? List.of(weight, bias) : List.of(weight), Map.of());
        return file;
    }

    private float[] mergedBias(Path base, Path adapter) {
        try (WeightSource source = SafetensorsFile.open(base);
                LoadedAdapters fixed = LoadedAdapters.open(List.of(new ScaledAdapter(adapter, 1)));
                Arena arena = Arena.open(Compute.cpu())) {
            MergedWeights weights = new MergedWeights(source, fixed, name -> name, arena, null);
            Path out = folder.resolve("out.safetensors");
            SafetensorsWriter.write(
                    out, source.names().stream().map(weights::tensor).toList(), Map.of());
            try (WeightSource merged = SafetensorsFile.open(out)) {
                return HalfFloats.floats(merged, BIASED + ".bias");
            }
        }
    }

    @Test
    void mergedItGoesIntoTheModelsBias() {
        Path base = base(BIASED, 8, true);
        float[] frozen;
        try (WeightSource source = SafetensorsFile.open(base)) {
            frozen = HalfFloats.floats(source, BIASED + ".bias");
        }
        Path added = made(TrainedBias.LORA_BIAS, BIASED, 8);
        Path own = made(TrainedBias.LORA_ONLY, BIASED, 8);
        for (int i = 0; i < frozen.length; i++) {
            assertThat((double) mergedBias(base, added)[i])
                    .isCloseTo(frozen[i] + SCALE * stored(added, ".bias")[i], within(1e-6));
            assertThat((double) mergedBias(base, own)[i]).isCloseTo(stored(own, ".bias")[i], within(1e-6));
        }
    }

    @Test
    void aModelWithoutThatBiasCannotTakeItInButCanBeUsedWithIt() {
        Path added = made(TrainedBias.LORA_BIAS, TinyModel.QUERY, 6);
        assertThatThrownBy(() -> mergedBias(base(TinyModel.QUERY, 6, false), added))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(added.toString())
                .hasMessageContaining(TinyModel.QUERY);
        try (LoadedAdapters fixed = LoadedAdapters.open(List.of(new ScaledAdapter(added, 1)));
                TinyModel model = new TinyModel(fixed)) {
            fixed.attach(model.arena, Compute.cpu());
            float[] found = bias(model.linear(TinyModel.QUERY));
            for (int i = 0; i < found.length; i++) {
                assertThat((double) found[i]).isCloseTo(SCALE * stored(added, ".bias")[i], within(1e-6));
            }
        }
        Path own = made(TrainedBias.LORA_ONLY, TinyModel.QUERY, 6);
        try (AdapterFile file = AdapterFile.open(own);
                TinyModel model = new TinyModel(linear -> {})) {
            assertThatThrownBy(() -> file.check(model.sites(), Map.of()))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("base_layer.bias")
                    .hasMessageContaining("has no bias");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "LORA_BIAS, NATIVE",
        "LORA_BIAS, PEFT",
        "LORA_ONLY, NATIVE",
        "LORA_ONLY, PEFT",
        "LORA_BIAS, DIFFUSERS",
        "LORA_BIAS, KOHYA",
        "LORA_ONLY, LYCORIS"
    })
    void formatsKeepItOrSayThatTheyCannot(TrainedBias bias, AdapterFormat format) throws IOException {
        boolean holds = format == AdapterFormat.NATIVE || format == AdapterFormat.PEFT;
        Path given = made(bias, holds ? BIASED : "unet.conv_in", 8);
        Path out = folder.resolve("out" + (format.isFile() ? ".safetensors" : ""));
        try (AdapterFile file = AdapterFile.open(given);
                Arena arena = Arena.open(Compute.cpu())) {
            if (holds) {
                Conversion.write(format, file, out, arena, DType.F32, Map.of());
                assertThat(stored(out, ".bias")).containsExactly(stored(given, ".bias"));
                assertThat(used(out, 1)).containsExactly(used(given, 1));
            } else {
                assertThatThrownBy(() -> Conversion.write(format, file, out, arena, DType.F32, Map.of()))
                        .isInstanceOf(InvalidInput.class)
                        .hasMessageContaining("a trained bias has no place there");
            }
        } catch (UncheckedIOException broken) {
            throw broken.getCause();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lora_bias | true  | .other        | lacks its lora_B.bias",
                "lora_bias | false | .lora_B.bias  | lora_bias is not set",
                "bias | \"none\"   | .base_layer.bias | bias: lora_only is not set",
                "bias | \"all\"    | .base_layer.bias | every bias",
            })
    void whatSettingsAndTensorsSayMustAgree(String key, String value, String suffix, String word) {
        TinyFolder made = TinyFolder.lora().say(key, value);
        if (!suffix.equals(".other")) {
            made.put(TinyFolder.BASE + TinyModel.QUERY + suffix, 6);
        }
        Path path = made.write(folder.resolve("a"));
        assertThatThrownBy(() -> AdapterFile.open(path).close())
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(word);
    }

    @Test
    void oneOfAnotherWidthIsNamedWithBoth() {
        TinyFolder made = TinyFolder.lora().say("lora_bias", "true");
        Path path =
                made.put(TinyFolder.BASE + TinyModel.QUERY + ".lora_B.bias", 5).write(folder.resolve("a"));
        assertThatThrownBy(() -> AdapterFile.open(path).close())
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("[5]")
                .hasMessageContaining("6 outputs");
    }
}
