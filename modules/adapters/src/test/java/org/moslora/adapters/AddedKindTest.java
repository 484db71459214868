package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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
import org.moslora.tensors.DType;

/**
 * A kind more is one formula: {@code Mirrored}, which only the tests have, is trained, written, read, used, merged and
 * converted. Its gradient is tried by {@link KindFormulasTest}.
 */
class AddedKindTest {
    private static final int WIDTH = 12;
    private static final int RANK = 3;
    private static final double SCALE = 2;
    private static final Site SITE =
            new Site("unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q", WIDTH, WIDTH, false);

    @TempDir
    Path folder;

    private Arena arena;
    private Linear linear;
    private Path written;
    /** ΔW by the formula, in plain doubles. */
    private Matrix change;

    @BeforeEach
    void train() throws IOException {
        Engine.start(1);
        arena = Arena.open(Compute.cpu());
        linear = fresh();
        AdapterSpec spec = new AdapterSpec(
                AdapterKind.of("mirrored"), RANK, SCALE * RANK, 0, MixerInit.KAIMING, FactorInit.KAIMING);
        AdapterPlan plan =
                new AdapterPlan().adapt("adapter", "unet.", new Targets(List.of("to_q"), List.of(), null), spec);
        plan.made(linear);
        TrainedAdapters trained = plan.build(arena, Compute.cpu(), 1);
        trained.materialize(arena);
        assertThat(used(linear)).containsOnly(0);
        NDArray values = trained.parameters().value();
        Kernels.get()
                .call(
                        arena,
                        "copied_into",
                        values,
                        Kernels.get().one(arena, "normal", new long[] {values.size()}, 0.5, 11));
        trained.materialize(arena);
        written = folder.resolve("native");
        AdapterOrigin origin = new AdapterOrigin("base", "Stable Diffusion 1", null, null, "none");
        NativeFolder.fill(written, arena, trained, origin, List.of("to_q"));
        Map<TensorRole, NDArray> factors =
                trained.layers(arena, "adapter").get(0).tensors();
        assertThat(factors).containsOnlyKeys(TensorRole.DOWN, TensorRole.UP);
        Matrix mirror = new Matrix(RANK, RANK, new double[] {0, 0, 1, 0, 1, 0, 1, 0, 0});
        change = Matrix.of(WIDTH, RANK, factors.get(TensorRole.UP).toFloatArray())
                .times(mirror)
                .times(Matrix.of(RANK, WIDTH, factors.get(TensorRole.DOWN).toFloatArray()))
                .scaled(SCALE);
    }

    @AfterEach
    void close() {
        arena.close();
    }

    private Linear fresh() {
        float[] weight = Matrix.random(new Random(3), WIDTH, WIDTH).floats();
        return new Linear(SITE, arena.floats(weight, WIDTH, WIDTH), null);
    }

    /** What the pair beside a weight adds to it. */
    private float[] used(Linear with) {
        LowRank pair = (LowRank) with.adapter();
        assertThat(pair).isNotNull();
        return Kernels.get()
                .one(arena, "product_of", pair.up(), pair.down(), 1.0)
                .toFloatArray();
    }

    private float[] merged(Path adapter) {
        Linear on = fresh();
        try (LoadedAdapters adapters = LoadedAdapters.open(List.of(new ScaledAdapter(adapter, 1)))) {
            adapters.checkMergeable();
            adapters.made(on);
            adapters.merge(arena, Compute.cpu());
            return on.weight().toFloatArray();
        }
    }

    private float[] expected() {
        return Matrix.of(WIDTH, WIDTH, fresh().weight().toFloatArray())
                .plus(change)
                .floats();
    }

    @Test
    void trainsAsItsFormulaSays() {
        assertThat(used(linear)).containsExactly(change.floats(), within(2e-5f));
    }

    @Test
    void isReadUnderItsName() {
        try (AdapterFile file = AdapterFile.open(written)) {
            assertThat(file.kinds()).containsExactly("mirrored");
            assertThat(file.said("peft_type")).isEqualTo("MIRRORED");
            assertThat(file.format()).isEqualTo("native");
            assertThat(file.rank()).isEqualTo(RANK);
        }
    }

    @Test
    void isUsedAndMergedAsItWasTrained() {
        Linear on = fresh();
        try (LoadedAdapters adapters = LoadedAdapters.open(List.of(new ScaledAdapter(written, 1)))) {
            adapters.made(on);
            adapters.attach(arena, Compute.cpu());
            assertThat(used(on)).containsExactly(change.floats(), within(2e-5f));
        }
        assertThat(merged(written)).containsExactly(expected(), within(2e-5f));
    }

    /** Our own folder keeps it; in all others it is the LoRA that it comes to. */
    @ParameterizedTest
    @EnumSource
    void goesIntoEveryFormat(AdapterFormat format) throws IOException {
        Path out = folder.resolve(format.isFile() ? "out.safetensors" : "out");
        try (AdapterFile file = AdapterFile.open(written)) {
            Conversion.write(format, file, out, arena, DType.F32, Map.of());
        }
        assertThat(merged(out)).containsExactly(expected(), within(2e-5f));
        try (AdapterFile file = AdapterFile.open(out)) {
            assertThat(file.kinds()).containsExactly(format == AdapterFormat.NATIVE ? "mirrored" : "lora");
        }
    }
}
