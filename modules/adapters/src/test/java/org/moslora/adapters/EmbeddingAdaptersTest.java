package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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
import org.moslora.layers.Engine;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.LowRank;
import org.moslora.layers.Site;
import org.moslora.layers.Structure;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.tensors.DType;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;

/** Adapters on an embedding table: a row of Aᵀ·Mᵀ·Bᵀ is added to each row that is looked up. */
class EmbeddingAdaptersTest {
    private static final int ROWS = 7;
    private static final int WIDTH = 4;
    private static final int RANK = 2;
    private static final Site TABLE = Site.embedding("model.embed_tokens", ROWS, WIDTH);
    private static final Site QUERY = new Site("model.layers.0.self_attn.q_proj", WIDTH, ROWS, false);
    private static final AdapterOrigin ORIGIN = new AdapterOrigin("base", "llama", null, null, "none");

    @TempDir
    Path folder;

    private Arena arena;

    @BeforeEach
    void open() {
        Engine.start(1);
        arena = Arena.open(Compute.cpu());
    }

    @AfterEach
    void close() {
        arena.close();
    }

    private Linear table() {
        return new Linear(
                TABLE, arena.floats(Matrix.random(new Random(5), ROWS, WIDTH).floats(), ROWS, WIDTH), null);
    }

    private static AdapterPlan plan(AdapterKind kind, String target) {
        AdapterSpec spec = new AdapterSpec(kind, RANK, 3, 0, MixerInit.KAIMING, FactorInit.KAIMING);
        return new AdapterPlan().adapt("adapter", "model.", new Targets(List.of(target), List.of(), null), spec);
    }

    private TrainedAdapters built(AdapterKind kind, Linear table) {
        AdapterPlan plan = plan(kind, "embed_tokens");
        plan.made(table);
        TrainedAdapters trained = plan.build(arena, Compute.cpu(), 1);
        trained.materialize(arena);
        return trained;
    }

    /** Every parameter drawn anew, so that nothing is zero, and written. */
    private Path written(AdapterKind kind, Linear table) throws IOException {
        TrainedAdapters trained = built(kind, table);
        NDArray values = trained.parameters().value();
        NDArray drawn = Kernels.get().one(arena, "normal", new long[] {values.size()}, 1.0, 3);
        Kernels.get().call(arena, "copied_into", values, drawn);
        trained.materialize(arena);
        Path own = folder.resolve("native");
        NativeFolder.fill(own, arena, trained, ORIGIN, List.of("embed_tokens"));
        return own;
    }

    /** What the model gets for every id. */
    private float[] rows(Linear table) {
        NDArray none = arena.none();
        List<NDArray> places = TinyModel.places(table.adapter(), none).subList(0, 4);
        NDArray ids = arena.longs(0, 1, 2, 3, 4, 5, 6);
        Structure block = TinyModel.block(arena, List.of(table.weight(), none), places);
        return Kernels.get().one(arena, "embed", block, ids, none, none, 1.0).toFloatArray();
    }

    private float[] served(Path adapter, boolean merged) {
        Linear table = table();
        try (LoadedAdapters adapters = LoadedAdapters.open(List.of(new ScaledAdapter(adapter, 1)))) {
            adapters.made(table);
            if (merged) {
                adapters.merge(arena, Compute.cpu());
                assertThat(table.adapter()).isNull();
            } else {
                adapters.attach(arena, Compute.cpu());
            }
            return rows(table);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lora", "moslora", "butterfly"})
    void startAsPeftHasThemWithAAtZeroAndBNormal(AdapterKind kind) {
        TrainedAdapters trained = built(kind, table());
        Map<TensorRole, NDArray> tensors =
                trained.layers(arena, "adapter").get(0).tensors();
        assertThat(tensors.get(TensorRole.EMBEDDING_DOWN).toFloatArray())
                .hasSize(RANK * ROWS)
                .containsOnly(0);
        float[] up = tensors.get(TensorRole.EMBEDDING_UP).toFloatArray();
        assertThat(up).hasSize(WIDTH * RANK).doesNotContain(0);
        double square = 0;
        for (float value : up) {
            square += value * value;
        }
        // Eight draws of variance 1: their sum of squares is outside of this once in a thousand seeds or so.
        assertThat(square).isBetween(1.0, 27.0);
    }

    /** y = E[i] + s·Aᵀ[i]·Mᵀ·Bᵀ, written out. */
    @Test
    void addTheMixedRowsOfA() throws IOException {
        Linear table = table();
        Path adapter = written(AdapterKind.MOSLORA, table);
        try (WeightSource file = SafetensorsFile.open(adapter.resolve("adapter_model.safetensors"))) {
            String start = "base_model.model.model.embed_tokens.";
            assertThat(file.names())
                    .containsExactlyInAnyOrder(
                            start + "lora_embedding_A", start + "lora_embedding_B", start + "lora_mixer.weight");
            Matrix a = Matrix.of(RANK, ROWS, floats(file, start + "lora_embedding_A"));
            Matrix m = Matrix.of(RANK, RANK, floats(file, start + "lora_mixer.weight"));
            Matrix b = Matrix.of(WIDTH, RANK, floats(file, start + "lora_embedding_B"));
            float[] change =
                    a.transposed().times(m.transposed()).times(b.transposed()).floats();
            float[] expected = table.weight().toFloatArray();
            for (int i = 0; i < expected.length; i++) {
                expected[i] += 1.5f * change[i];
            }
            assertThat(rows(table)).containsExactly(expected, within(1e-5f));
        }
    }

    private static float[] floats(WeightSource file, String name) {
        return HalfFloats.floats(file, name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lora", "moslora", "butterfly", "flora"})
    void doTheSameReadMergedAndInPeftsFolder(AdapterKind kind) throws IOException {
        Linear table = table();
        Path adapter = written(kind, table);
        float[] trained = rows(table);
        assertThat(trained).isNotEqualTo(table.weight().toFloatArray());
        assertThat(served(adapter, false)).containsExactly(trained, within(1e-5f));
        assertThat(served(adapter, true)).containsExactly(trained, within(1e-5f));
        Path peft = folder.resolve("peft");
        try (AdapterFile file = AdapterFile.open(adapter)) {
            Conversion.toPeft(file, peft, arena, DType.F32);
        }
        try (WeightSource tensors = SafetensorsFile.open(peft.resolve("adapter_model.safetensors"))) {
            assertThat(tensors.names()).allMatch(name -> name.matches(".*embed_tokens\\.lora_embedding_[AB]"));
        }
        assertThat(served(peft, false)).containsExactly(trained, within(1e-5f));
    }

    @Test
    void allLinearLeavesTablesOut() {
        Problems problems = new Problems();
        List<String> paths = List.of(TABLE.path(), QUERY.path());
        Targets all = new Targets(List.of("all-linear"), List.of(), null);
        assertThat(all.choose(paths, Set.of(TABLE.path()), problems)).containsExactly(QUERY.path());
        AdapterPlan plan = plan(AdapterKind.LOHA, "all-linear");
        plan.check(List.of(TABLE, QUERY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dora", "loha", "lokr", "moe-lora", "adalora"})
    void otherKindsAreRefusedByName(AdapterKind kind) {
        AdapterPlan plan = plan(kind, "embed_tokens").over(2000);
        assertThatThrownBy(() -> plan.check(List.of(TABLE, QUERY)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(kind.recipeName())
                .hasMessageContaining("model.embed_tokens is an embedding table");
    }

    @ParameterizedTest
    @EnumSource(names = {"DIFFUSERS", "KOHYA", "LYCORIS"})
    void goIntoNoFileOfADiffusionModel(AdapterFormat format) throws IOException {
        try (AdapterFile file = AdapterFile.open(written(AdapterKind.LORA, table()))) {
            Path out = folder.resolve("out");
            assertThatThrownBy(() -> Conversion.write(format, file, out, arena, DType.F32, Map.of()))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("an embedding table has no place there")
                    .hasMessageContaining("model.embed_tokens");
            assertThat(out).doesNotExist();
        }
    }

    @Test
    void fitNoLinearOfTheSameSizes() throws IOException {
        Path adapter = written(AdapterKind.LORA, table());
        try (AdapterFile file = AdapterFile.open(adapter)) {
            Map<String, Site> other = Map.of(TABLE.path(), new Site(TABLE.path(), ROWS, WIDTH, false));
            assertThatThrownBy(() -> file.check(other, Map.of()))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("lora_embedding_A is [2, 7], a factor of an embedding table");
        }
    }

    @Test
    void areNotMergedIntoATableThatIsTheHeadToo() throws IOException {
        Path adapter = written(AdapterKind.LORA, table());
        try (LoadedAdapters adapters = LoadedAdapters.open(List.of(new ScaledAdapter(adapter, 1)))) {
            adapters.checkBesides("model.other");
            assertThatThrownBy(() -> adapters.checkBesides(TABLE.path()))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("tie_word_embeddings");
        }
    }

    @Test
    void passOnTheGradientOfWhatKernelsRead() {
        Linear table = table();
        TrainedAdapters trained = built(AdapterKind.LORA, table);
        LowRank gathered = TinyModel.gradient(table);
        float[] ones = new float[RANK * ROWS];
        Arrays.fill(ones, 1);
        Kernels.get().call(arena, "copied_into", gathered.down(), arena.floats(ones, RANK, ROWS));
        trained.backward(arena);
        assertThat(gathered.down().toFloatArray()).containsOnly(1.5f);
    }
}
