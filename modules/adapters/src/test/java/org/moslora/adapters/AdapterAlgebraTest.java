package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.adapters.form.TensorRole;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.adapters.kind.AdapterSpec;
import org.moslora.adapters.kind.FactorInit;
import org.moslora.adapters.kind.MixerInit;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.Structure;
import org.moslora.tensors.DType;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightSource;

/** What adapters compute, against the same algebra on plain arrays. */
class AdapterAlgebraTest {
    private static final int RANK = 4;
    private static final double ALPHA = 5;
    private static final AdapterOrigin ORIGIN = new AdapterOrigin("base", "llava", "vicuna_v1", "pad", "none");
    private static final Targets ALL = new Targets(List.of("all-linear"), List.of(), null);

    @TempDir
    Path folder;

    private static AdapterSpec spec(AdapterKind kind, MixerInit init) {
        return new AdapterSpec(kind, RANK, ALPHA, 0, init, FactorInit.KAIMING);
    }

    /** A model with an adapter of this kind on every text linear, its parameters as they start. */
    private record Trained(TinyModel model, TrainedAdapters adapters) implements AutoCloseable {
        static Trained of(AdapterSpec spec) {
            AdapterPlan plan = new AdapterPlan().adapt("adapter", TinyModel.TEXT, ALL, spec);
            TinyModel model = new TinyModel(plan);
            return new Trained(model, plan.build(model.arena, Compute.cpu(), 1));
        }

        void randomise(long seed) {
            int size = (int) adapters.parameters().size();
            set(Matrix.random(new Random(seed), 1, size).scaled(0.5).floats());
        }

        void set(float[] values) {
            NDArray given = model.arena.floats(values, values.length);
            Kernels.get().call(model.arena, "copied_into", adapters.parameters().value(), given);
            adapters.materialize(model.arena);
        }

        float[] values() {
            return adapters.parameters().value().toFloatArray();
        }

        @Override
        public void close() {
            model.close();
        }
    }

    /** ΔW of a layer as the file's tensors give it: alpha/rank · B·M·A. */
    private static Matrix update(WeightSource file, TinyModel model, String path) {
        Linear linear = model.linear(path);
        Matrix down = tensor(file, path, "lora_A", RANK, (int) linear.site().inputs());
        Matrix up = tensor(file, path, "lora_B", (int) linear.site().outputs(), RANK);
        boolean mixed = file.names().contains("base_model.model." + path + ".lora_mixer.weight");
        Matrix inner = mixed ? tensor(file, path, "lora_mixer", RANK, RANK).times(down) : down;
        return up.times(inner).scaled(ALPHA / RANK);
    }

    private static Matrix tensor(WeightSource file, String path, String factor, int rows, int columns) {
        String key = "base_model.model." + path + "." + factor + ".weight";
        return Matrix.of(rows, columns, HalfFloats.floats(file, key));
    }

    private Path written(Trained trained) throws IOException {
        Path native_ = folder.resolve("native");
        NativeFolder.fill(native_, trained.model().arena, trained.adapters(), ORIGIN, List.of("all-linear"));
        return native_;
    }

    @ParameterizedTest
    @ValueSource(strings = {"lora", "moslora"})
    void trainedFoldedMergedAndWrittenOutAreOneFunction(AdapterKind kind) throws IOException {
        try (Trained trained = Trained.of(spec(kind, MixerInit.KAIMING))) {
            trained.randomise(5);
            Path native_ = written(trained);
            Path peft = folder.resolve("peft");
            try (AdapterFile file = AdapterFile.open(native_)) {
                assertThat(file.kind()).isEqualTo(kind);
                Conversion.toPeft(file, peft, trained.model().arena, DType.F32);
            }
            for (String path : trained.model().paths().stream()
                    .filter(path -> path.startsWith(TinyModel.TEXT))
                    .toList()) {
                Matrix expected;
                try (WeightSource tensors = SafetensorsFile.open(native_.resolve("adapter_model.safetensors"))) {
                    Matrix update = update(tensors, trained.model(), path);
                    Linear linear = trained.model().linear(path);
                    expected =
                            TinyModel.plain(linear).plus(TinyModel.input(linear).times(update.transposed()));
                    merged(native_, trained.model(), path)
                            .mustBe(TinyModel.weight(linear).plus(update));
                }
                trained.model().output(path).mustBe(expected);
                used(path, new ScaledAdapter(native_, 1)).mustBe(expected);
                used(path, new ScaledAdapter(peft, 1)).mustBe(expected);
            }
        }
    }

    /** The output of a layer under fixed adapters. */
    private static Matrix used(String path, ScaledAdapter... adapters) {
        try (LoadedAdapters fixed = LoadedAdapters.open(List.of(adapters));
                TinyModel model = new TinyModel(fixed)) {
            fixed.attach(model.arena, Compute.cpu());
            return model.output(path);
        }
    }

    private Matrix merged(Path adapter, TinyModel model, String path) throws IOException {
        Path base = folder.resolve("base.safetensors");
        Path out = folder.resolve("merged.safetensors");
        Linear linear = model.linear(path);
        int outputs = (int) linear.site().outputs();
        int inputs = (int) linear.site().inputs();
        TensorData weight = TensorData.of(
                path + ".weight",
                List.of((long) outputs, (long) inputs),
                linear.weight().toFloatArray());
        SafetensorsWriter.write(base, List.of(weight), Map.of());
        try (WeightSource source = SafetensorsFile.open(base);
                LoadedAdapters fixed = LoadedAdapters.open(List.of(new ScaledAdapter(adapter, 1)))) {
            MergedWeights merged = new MergedWeights(source, fixed, name -> name, model.arena, null);
            SafetensorsWriter.write(out, List.of(merged.tensor(path + ".weight")), Map.of());
            assertThat(merged.touched()).isEqualTo(1);
        }
        try (WeightSource source = SafetensorsFile.open(out)) {
            return Matrix.of(outputs, inputs, HalfFloats.floats(source, path + ".weight"));
        }
    }

    @Test
    void twoAdaptersAtOnceAddUpByTheirWeights() throws IOException {
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        for (Path path : List.of(first, second)) {
            AdapterKind kind = path.equals(first) ? AdapterKind.MOSLORA : AdapterKind.LORA;
            try (Trained trained = Trained.of(spec(kind, MixerInit.KAIMING))) {
                trained.randomise(path.hashCode());
                NativeFolder.fill(path, trained.model().arena, trained.adapters(), ORIGIN, List.of("all-linear"));
            }
        }
        Matrix plain;
        try (TinyModel model = new TinyModel(linear -> {})) {
            plain = model.output(TinyModel.QUERY);
        }
        Matrix one = used(TinyModel.QUERY, new ScaledAdapter(first, 1)).plus(plain.scaled(-1));
        Matrix other = used(TinyModel.QUERY, new ScaledAdapter(second, 1)).plus(plain.scaled(-1));
        used(TinyModel.QUERY, new ScaledAdapter(first, 0.7), new ScaledAdapter(second, -0.4))
                .mustBe(plain.plus(one.scaled(0.7)).plus(other.scaled(-0.4)));
        used(TinyModel.QUERY, new ScaledAdapter(first, 0)).mustBe(plain);
    }

    @ParameterizedTest
    @EnumSource(MixerInit.class)
    void aFreshMixerChangesNothing(MixerInit init) {
        try (Trained trained = Trained.of(spec(AdapterKind.MOSLORA, init));
                TinyModel bare = new TinyModel(linear -> {})) {
            trained.adapters().materialize(trained.model().arena);
            for (String path : bare.paths()) {
                assertThat(trained.model().output(path).data())
                        .isEqualTo(bare.output(path).data());
            }
            assertThat(trained.values()).as("A and M do start").isNotEqualTo(new float[trained.values().length]);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lora", "moslora", "butterfly", "flora"})
    void pullingBackIsTheGradientOfFolding(AdapterKind kind) {
        try (Trained trained = Trained.of(spec(kind, MixerInit.KAIMING))) {
            trained.randomise(8);
            float[] start = trained.values();
            trained.adapters().materialize(trained.model().arena);
            Random random = new Random(9);
            trained.model().linears.values().stream()
                    .filter(linear -> linear.gradient() != null)
                    .forEach(linear -> {
                        put(trained, TinyModel.gradient(linear).down(), random);
                        put(trained, TinyModel.gradient(linear).up(), random);
                    });
            // The gradients just put in are those of this sum, whatever the pairs are.
            Matrix given = pairs(trained, true);
            trained.adapters().backward(trained.model().arena);
            float[] gradient = trained.adapters().parameters().gradient().toFloatArray();
            double h = 1e-2;
            for (int i = 0; i < start.length; i += 5) {
                double above = dot(given, moved(trained, start, i, h));
                double below = dot(given, moved(trained, start, i, -h));
                // Folding is at most quadratic, so that central differences are exact but for rounding.
                assertThat((double) gradient[i])
                        .as("parameter " + i)
                        .isCloseTo((above - below) / (2 * h), within(2e-3));
            }
        }
    }

    private static void put(Trained trained, NDArray into, Random random) {
        Matrix values = Matrix.random(random, 1, (int) into.size());
        NDArray given = trained.model().arena.floats(values.floats(), into.size());
        Kernels.get().call(trained.model().arena, "copied_into", into, given);
    }

    private static Matrix moved(Trained trained, float[] start, int index, double step) {
        float[] values = start.clone();
        values[index] += (float) step;
        trained.set(values);
        return pairs(trained, false);
    }

    /** All pairs, or their gradients, as one row. */
    private static Matrix pairs(Trained trained, boolean gradients) {
        java.util.ArrayList<Float> all = new java.util.ArrayList<>();
        for (Linear linear : trained.model().linears.values()) {
            if (linear.gradient() != null) {
                var pair = gradients ? TinyModel.gradient(linear) : TinyModel.pair(linear);
                for (NDArray one : List.of(pair.down(), pair.up())) {
                    for (float value : one.toFloatArray()) {
                        all.add(value);
                    }
                }
            }
        }
        return new Matrix(
                1, all.size(), all.stream().mapToDouble(Float::doubleValue).toArray());
    }

    private static double dot(Matrix one, Matrix other) {
        return one.times(other.transposed()).data()[0];
    }

    @Test
    void foldingStartsEveryGradientAtZero() {
        try (Trained trained = Trained.of(spec(AdapterKind.MOSLORA, MixerInit.KAIMING))) {
            trained.randomise(8);
            Random random = new Random(9);
            Linear linear = trained.model().linear(TinyModel.QUERY);
            put(trained, TinyModel.gradient(linear).down(), random);
            put(trained, TinyModel.gradient(linear).up(), random);
            trained.adapters().backward(trained.model().arena);
            trained.adapters().materialize(trained.model().arena);
            trained.adapters().backward(trained.model().arena);
            float[] gradient = trained.adapters().parameters().gradient().toFloatArray();
            assertThat(gradient).isEqualTo(new float[gradient.length]);
        }
    }

    @Test
    void aMixerOfZerosNeverLearns() {
        try (Trained trained = Trained.of(spec(AdapterKind.MOSLORA, MixerInit.IDENTITY))) {
            trained.adapters().materialize(trained.model().arena);
            assertThat(gradientOfAStep(trained))
                    .as("with the identity B learns")
                    .isNotEqualTo(zeros(trained));
            for (Linear linear : trained.model().linears.values()) {
                if (linear.gradient() != null) {
                    zeroMixer(trained, linear);
                }
            }
            trained.adapters().materialize(trained.model().arena);
            assertThat(gradientOfAStep(trained)).isEqualTo(zeros(trained));
        }
    }

    private static float[] zeros(Trained trained) {
        return new float[(int) trained.adapters().parameters().size()];
    }

    private static void zeroMixer(Trained trained, Linear linear) {
        try (Arena step = trained.model().arena.child()) {
            trained.adapters().layers(step, "adapter").stream()
                    .filter(layer -> layer.path().equals(linear.site().path()))
                    .forEach(layer -> Kernels.get().call(step, "zero", List.of(layer.factor(TensorRole.MIXER))));
        }
    }

    /** The gradient of the sum of the query layer's outputs. */
    private static float[] gradientOfAStep(Trained trained) {
        Linear linear = trained.model().linear(TinyModel.QUERY);
        Matrix x = TinyModel.input(linear);
        try (Arena step = trained.model().arena.child()) {
            NDArray none = step.none();
            NDArray given = step.floats(x.floats(), x.rows(), x.columns());
            List<NDArray> weights = List.of(linear.weight(), none, linear.weight(), none);
            List<NDArray> frozen = List.of(none, none, none, none);
            List<NDArray> pairs = TinyModel.places(linear.adapter(), none);
            List<NDArray> gradients = TinyModel.places(linear.gradient(), none);
            Structure block = TinyModel.block(step, weights, frozen, pairs, gradients);
            NDArray[] made = Kernels.get().call(step, "projector_forward", given, block, 0, "silu");
            NDArray ones = made[0].onesLike();
            Kernels.get().call(step, "projector_backward", ones, given, List.of(made[1]), block, 0, false, "silu");
            trained.adapters().backward(step);
        }
        return trained.adapters().parameters().gradient().toFloatArray();
    }

    @Test
    void theIdentityIsLorasFunction() {
        try (Trained lora = Trained.of(spec(AdapterKind.LORA, MixerInit.KAIMING));
                Trained mixed = Trained.of(spec(AdapterKind.MOSLORA, MixerInit.IDENTITY))) {
            lora.adapters().materialize(lora.model().arena);
            mixed.adapters().materialize(mixed.model().arena);
            for (Linear linear : lora.model().linears.values()) {
                if (linear.adapter() != null) {
                    Linear other = mixed.model().linear(linear.site().path());
                    assertThat(TinyModel.pair(other).down().toFloatArray())
                            .isEqualTo(TinyModel.pair(linear).down().toFloatArray());
                }
            }
        }
    }

    @Test
    void anOrthogonalMixerIsOrthogonal() throws IOException {
        for (Matrix mixer : mixers(MixerInit.ORTHOGONAL)) {
            mixer.times(mixer.transposed()).mustBe(Matrix.identity(RANK));
            assertThat(mixer.data()).isNotEqualTo(Matrix.identity(RANK).data());
        }
    }

    @Test
    void aKaimingMixerLiesWithinItsBoundsAndDiffersByLayer() throws IOException {
        List<Matrix> mixers = mixers(MixerInit.KAIMING);
        double bound = 1 / Math.sqrt(RANK);
        for (Matrix mixer : mixers) {
            for (double value : mixer.data()) {
                assertThat(value).isBetween(-bound, bound);
            }
        }
        assertThat(mixers.get(0).data()).isNotEqualTo(mixers.get(1).data());
    }

    private List<Matrix> mixers(MixerInit init) throws IOException {
        try (Trained trained = Trained.of(spec(AdapterKind.MOSLORA, init))) {
            Path native_ = written(trained);
            try (WeightSource file = SafetensorsFile.open(native_.resolve("adapter_model.safetensors"))) {
                return file.names().stream()
                        .filter(name -> name.contains("lora_mixer"))
                        .map(name -> Matrix.of(RANK, RANK, HalfFloats.floats(file, name)))
                        .toList();
            }
        }
    }

    @Test
    void factorsStartWithinTheirBounds() throws IOException {
        try (Trained trained = Trained.of(spec(AdapterKind.LORA, MixerInit.KAIMING))) {
            Path native_ = written(trained);
            try (WeightSource file = SafetensorsFile.open(native_.resolve("adapter_model.safetensors"))) {
                for (String name : file.names()) {
                    float[] values = HalfFloats.floats(file, name);
                    double bound = name.contains("lora_B")
                            ? 0
                            : 1 / Math.sqrt(file.info(name).shape().get(1));
                    for (float value : values) {
                        assertThat((double) value).isBetween(-bound, bound);
                    }
                }
            }
        }
    }

    @Test
    void startValuesBelongToALayerWhateverElseIsAdapted() throws IOException {
        AdapterSpec spec = spec(AdapterKind.MOSLORA, MixerInit.ORTHOGONAL);
        Path all = folder.resolve("all");
        Path few = folder.resolve("few");
        for (Path path : List.of(all, few)) {
            Targets targets = path.equals(all) ? ALL : new Targets(List.of("q_proj"), List.of(), "1");
            AdapterPlan plan = new AdapterPlan().adapt("adapter", TinyModel.TEXT, targets, spec);
            try (TinyModel model = new TinyModel(plan)) {
                NativeFolder.fill(path, model.arena, plan.build(model.arena, Compute.cpu(), 1), ORIGIN, List.of());
            }
        }
        try (WeightSource one = SafetensorsFile.open(all.resolve("adapter_model.safetensors"));
                WeightSource other = SafetensorsFile.open(few.resolve("adapter_model.safetensors"))) {
            assertThat(other.names()).hasSize(3);
            for (String name : other.names()) {
                assertThat(HalfFloats.floats(other, name)).isEqualTo(HalfFloats.floats(one, name));
            }
        }
    }

    @Test
    void aProjectorTrainedWholeStartsAsItIsAndIsWrittenBeside() throws IOException {
        AdapterPlan plan = new AdapterPlan()
                .adapt("adapter", TinyModel.TEXT, ALL, spec(AdapterKind.LORA, MixerInit.KAIMING))
                .train("projector", TinyModel.PROJECTOR);
        try (TinyModel model = new TinyModel(plan)) {
            float[] before =
                    model.linear(TinyModel.PROJECTOR + "linear_1").weight().toFloatArray();
            TrainedAdapters adapters = plan.build(model.arena, Compute.cpu(), 1);
            adapters.materialize(model.arena);
            Linear first = model.linear(TinyModel.PROJECTOR + "linear_1");
            assertThat(first.weight().toFloatArray()).isEqualTo(before);
            assertThat(first.learns()).isTrue();
            assertThat(adapters.layers()).isEqualTo(6);
            Path native_ = folder.resolve("native");
            NativeFolder.fill(native_, model.arena, adapters, ORIGIN, List.of());
            assertThat(Files.list(native_).map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "README.md", "adapter_config.json", "adapter_model.safetensors", "projector.safetensors");
            try (WeightSource file = SafetensorsFile.open(native_.resolve("projector.safetensors"))) {
                assertThat(file.names())
                        .containsExactly("linear_1.bias", "linear_1.weight", "linear_2.bias", "linear_2.weight");
                assertThat(HalfFloats.floats(file, "linear_1.weight")).isEqualTo(before);
            }
        }
    }
}
