package org.moslora.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.layers.Compute;
import org.moslora.layers.Linear;
import org.moslora.problems.InvalidInput;

/** Adapters that take turns on one model do what each does on a model of its own. */
class HotSwappedAdaptersTest {
    private static final Compute CPU = Compute.cpu();

    @TempDir
    Path folder;

    private Path lora() {
        return TinyFolder.lora()
                .beside("linear_1.weight", 6, 8)
                .beside("linear_1.bias", 6)
                .beside("linear_2.weight", 6, 6)
                .beside("linear_2.bias", 6)
                .write(folder.resolve("lora"));
    }

    private Path moslora() {
        return TinyFolder.moslora().write(folder.resolve("moslora"));
    }

    private static List<ScaledAdapter> list(Path... paths) {
        return java.util.Arrays.stream(paths)
                .map(path -> new ScaledAdapter(path, 0.7))
                .toList();
    }

    /** The output of the query layer with adapters put on a model that nothing else was ever on. */
    private static Matrix alone(List<ScaledAdapter> adapters, int mostRank) {
        try (LoadedAdapters fixed = LoadedAdapters.open(adapters);
                TinyModel model = new TinyModel(fixed)) {
            fixed.attachUpTo(mostRank, model.arena, CPU);
            return model.output(TinyModel.QUERY);
        }
    }

    @Test
    void everyTurnIsThatOfAModelOfItsOwn() {
        for (int mostRank : new int[] {0, Integer.MAX_VALUE}) {
            List<List<ScaledAdapter>> turns = List.of(
                    list(lora()), list(moslora()), list(lora(), moslora()), List.of(), list(moslora()), list(lora()));
            try (HotSwappedAdapters switched = new HotSwappedAdapters(mostRank);
                    TinyModel model = new TinyModel(switched)) {
                for (List<ScaledAdapter> turn : turns) {
                    switched.use(turn, CPU);
                    assertThat(model.output(TinyModel.QUERY).data())
                            .isEqualTo(alone(turn, mostRank).data());
                }
            }
        }
    }

    @Test
    void whatIsTakenOffLeavesTheModelAsItWasMade() {
        try (HotSwappedAdapters switched = new HotSwappedAdapters(0);
                TinyModel model = new TinyModel(switched)) {
            Linear projector = model.linear(TinyModel.PROJECTOR + "linear_1");
            float[] weight = projector.weight().toFloatArray();
            float[] bias = projector.bias().toFloatArray();
            switched.use(list(lora()), CPU);
            assertThat(projector.weight().toFloatArray()).isNotEqualTo(weight);
            switched.use(List.of(), CPU);
            assertThat(projector.weight().toFloatArray()).isEqualTo(weight);
            assertThat(projector.bias().toFloatArray()).isEqualTo(bias);
            assertThat(model.linear(TinyModel.QUERY).adapter()).isNull();
        }
    }

    @Test
    void aTurnThatDoesNotFitLeavesTheOneBefore() {
        Path stranger = new TinyFolder()
                .layer(TinyFolder.BASE + "model.language_model.layers.7.self_attn.q_proj", 2, 6, 6)
                .write(folder.resolve("stranger"));
        try (HotSwappedAdapters switched = new HotSwappedAdapters(Integer.MAX_VALUE);
                TinyModel model = new TinyModel(switched)) {
            switched.use(list(moslora()), CPU);
            assertThatThrownBy(() -> switched.use(list(stranger), CPU)).isInstanceOf(InvalidInput.class);
            assertThat(model.output(TinyModel.QUERY).data())
                    .isEqualTo(alone(list(moslora()), Integer.MAX_VALUE).data());
        }
    }

    @Test
    void manyTurnsTakeNoMoreMemoryThanOne() {
        try (HotSwappedAdapters switched = new HotSwappedAdapters(0);
                TinyModel model = new TinyModel(switched)) {
            int live = model.arena.live();
            for (int i = 0; i < 5; i++) {
                switched.use(list(lora()), CPU);
                switched.use(list(moslora()), CPU);
                assertThat(model.arena.live()).isEqualTo(live);
            }
        }
    }
}
