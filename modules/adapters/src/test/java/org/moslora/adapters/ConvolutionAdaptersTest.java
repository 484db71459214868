package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DType;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;

/** Adapters on convolutions: matrices to kernels and kinds, tensors with four axes in files. */
class ConvolutionAdaptersTest {
    private static final Site WIDE = new Site("unet.conv_in", 2 * 3 * 3, 5, true, List.of(3L, 3L));
    private static final Site POINT = new Site("unet.proj_in", 4, 4, false, List.of(1L, 1L));
    private static final Site MATRIX = new Site("unet.to_q", 4, 4, false);
    private static final AdapterOrigin ORIGIN = new AdapterOrigin("base", "sd", null, null, "nf4");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"lora", "moslora", "butterfly"})
    void comeBackFromFilesAsTheyWent(AdapterKind kind) throws IOException {
        Engine.start(1);
        try (Arena arena = Arena.open(Compute.cpu())) {
            List<Linear> trained = linears(arena);
            Path written = train(arena, kind, trained);
            try (WeightSource tensors = SafetensorsFile.open(written.resolve("adapter_model.safetensors"))) {
                assertThat(tensors.info("base_model.model.conv_in.lora_A.weight")
                                .shape())
                        .containsExactly(2L, 2L, 3L, 3L);
                assertThat(tensors.info("base_model.model.conv_in.lora_B.weight")
                                .shape())
                        .containsExactly(5L, 2L, 1L, 1L);
                assertThat(tensors.info("base_model.model.to_q.lora_A.weight").shape())
                        .containsExactly(2L, 4L);
            }
            same(arena, written, trained);
            try (AdapterFile file = AdapterFile.open(written)) {
                Conversion.toPeft(file, folder.resolve("peft"), arena, DType.F32);
            }
            same(arena, folder.resolve("peft"), trained);
        }
    }

    @Test
    void fitOnlyTheirOwnKernel() throws IOException {
        Engine.start(1);
        try (Arena arena = Arena.open(Compute.cpu())) {
            Path written = train(arena, AdapterKind.LORA, linears(arena));
            try (AdapterFile file = AdapterFile.open(written)) {
                Map<String, Site> other = Map.of(
                        WIDE.path(), new Site(WIDE.path(), WIDE.inputs(), WIDE.outputs(), true),
                        POINT.path(), new Site(POINT.path(), POINT.inputs(), POINT.outputs(), false),
                        MATRIX.path(), MATRIX);
                // A matrix does for a 1×1 convolution, but not for a wider one.
                assertThatThrownBy(() -> file.check(other, Map.of()))
                        .isInstanceOf(InvalidInput.class)
                        .hasMessageContaining("base_model.model.conv_in.lora_A.weight is [2, 2, 3, 3]")
                        .hasMessageContaining("kernel of unet.conv_in is []")
                        .satisfies(thrown ->
                                assertThat(((InvalidInput) thrown).problems()).hasSize(1));
            }
        }
    }

    @Test
    void addIntoTheWeightOfAConvolution() {
        Engine.start(1);
        try (Arena arena = Arena.open(Compute.cpu())) {
            NDArray weight = arena.floats(new float[] {1, 2, 3, 4}, 2, 1, 1, 2);
            NDArray down = arena.floats(new float[] {1, 10}, 1, 2);
            NDArray up = arena.floats(new float[] {1, -1}, 2, 1);
            NDArray merged = Kernels.get().one(arena, "merged", weight, down, up, 6);
            assertThat(merged.getShape().getShape()).containsExactly(2, 1, 1, 2);
            assertThat(merged.toFloatArray()).containsExactly(2, 12, 2, -6);
        }
    }

    private static List<Linear> linears(Arena arena) {
        return List.of(
                new Linear(WIDE, arena.zeros(5, 2, 3, 3), arena.zeros(5)),
                new Linear(POINT, arena.zeros(4, 4, 1, 1), null),
                new Linear(MATRIX, arena.zeros(4, 4), null));
    }

    private Path train(Arena arena, AdapterKind kind, List<Linear> linears) throws IOException {
        AdapterSpec spec = new AdapterSpec(kind, 2, 3, 0, MixerInit.KAIMING, FactorInit.KAIMING);
        Targets targets = new Targets(List.of("conv_in", "proj_in", "to_q"), List.of(), null);
        AdapterPlan plan = new AdapterPlan().adapt("adapter", "unet.", targets, spec);
        linears.forEach(plan::made);
        TrainedAdapters trained = plan.build(arena, Compute.cpu(), 1);
        NDArray values = trained.parameters().value();
        Kernels.get()
                .call(
                        arena,
                        "copied_into",
                        values,
                        Kernels.get().one(arena, "normal", new long[] {values.size()}, 1.0, 3));
        trained.materialize(arena);
        Path written = folder.resolve("native");
        NativeFolder.fill(written, arena, trained, ORIGIN, List.of("conv_in"));
        return written;
    }

    private static void same(Arena arena, Path written, List<Linear> expected) {
        List<Linear> read = linears(arena);
        try (LoadedAdapters adapters = LoadedAdapters.open(List.of(new ScaledAdapter(written, 1)))) {
            read.forEach(adapters::made);
            adapters.attach(arena, Compute.cpu());
        }
        for (int i = 0; i < read.size(); i++) {
            LowRank pair = TinyModel.pair(read.get(i));
            LowRank wanted = TinyModel.pair(expected.get(i));
            assertThat(pair.down().getShape()).isEqualTo(wanted.down().getShape());
            assertThat(update(arena, pair)).usingComparatorWithPrecision(1e-5f).containsExactly(update(arena, wanted));
        }
    }

    private static float[] update(Arena arena, LowRank pair) {
        NDArray zeros =
                arena.zeros(pair.up().getShape().get(0), pair.down().getShape().get(1));
        return Kernels.get()
                .one(arena, "merged", zeros, pair.down(), pair.up(), 6)
                .toFloatArray();
    }
}
