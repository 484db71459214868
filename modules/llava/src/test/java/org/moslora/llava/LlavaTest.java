package org.moslora.llava;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.examples.Batch;
import org.moslora.examples.image.PictureInput;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Linear;
import org.moslora.layers.Linears;
import org.moslora.layers.LowRank;
import org.moslora.layers.Precision;
import org.moslora.llama.KeyValueCache;
import org.moslora.multimodal.MultimodalModel;

/** Whole models against transformers, and against themselves computed in other ways. */
class LlavaTest {
    /** Two float32 computations of a loss of a few nats through five blocks. */
    private static final float NEAR = 2e-5f;

    private static final Compute CPU = Compute.cpu();

    private static float[] losses(MultimodalModel model, Batch batch) {
        try (Arena step = model.step()) {
            return model.losses(step, model.look(step, batch));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "qwen2"})
    void lossesAreTransformers(String name) {
        try (GoldenModel golden = GoldenModel.of(name);
                MultimodalModel model = golden.model(Linears.plain(), CPU)) {
            for (int row = 0; row < GoldenModel.ROWS; row++) {
                assertThat(losses(model, golden.batch(row)))
                        .as("row " + row)
                        .containsExactly(golden.losses(row), within(NEAR));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "qwen2"})
    void aBatchIsItsConversations(String name) {
        try (GoldenModel golden = GoldenModel.of(name);
                MultimodalModel model = golden.model(Linears.plain(), CPU)) {
            for (int[] rows : new int[][] {{0, 1, 2}, {2, 0}, {1, 2}, {1, 1}, {0, 2, 0}}) {
                assertThat(losses(model, golden.batch(rows)))
                        .as("rows " + Arrays.toString(rows))
                        .containsExactly(golden.losses(rows), within(NEAR));
            }
        }
    }

    @Test
    void anotherPictureGivesAnotherLoss() {
        try (GoldenModel golden = GoldenModel.of("llama");
                MultimodalModel model = golden.model(Linears.plain(), CPU)) {
            Batch batch = golden.batch(0);
            Batch other = new Batch(
                    batch.conversations(),
                    batch.ids(),
                    batch.targets(),
                    batch.lengths(),
                    batch.images(),
                    golden.pictures(2).subList(0, 1),
                    batch.imagePositions());
            assertThat(losses(model, other)[0]).isNotCloseTo(golden.losses(0)[0], within(100 * NEAR));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "qwen2"})
    void bfloat16IsClose(String name) {
        try (GoldenModel golden = GoldenModel.of(name);
                MultimodalModel model = golden.model(Linears.plain(), new Compute(Device.cpu(), Precision.BF16))) {
            double expected = 0;
            double actual = 0;
            for (float loss : golden.losses(0, 1, 2)) {
                expected += loss;
            }
            for (float loss : losses(model, golden.batch(0, 1, 2))) {
                actual += loss;
            }
            assertThat(actual).isCloseTo(expected, within(0.02 * expected));
        }
    }

    @ParameterizedTest
    @CsvSource({"llama, 0", "llama, 2", "qwen2, 0", "qwen2, 1", "qwen2, 2"})
    void aStretchAtATimeGivesTheLogitsOfTheWhole(String name, int row) {
        try (GoldenModel golden = GoldenModel.of(name);
                MultimodalModel model = golden.model(Linears.plain(), CPU);
                KeyValueCache cache = model.cache(1, 40)) {
            int[] ids = golden.ids(row);
            int begin = ids.length - 4;
            next(model, golden, cache, row, 0, begin, golden.pictures(row));
            next(model, golden, cache, row, begin, begin + 2, List.of());
            next(model, golden, cache, row, begin + 2, begin + 3, List.of());
            // The last two again, after something else was tried in their place.
            cache.rewind(0, begin + 2);
            try (Arena step = model.step()) {
                model.step(step, new int[] {3, 3}, new int[] {2}, List.of(), cache);
            }
            cache.rewind(0, begin + 2);
            assertThat(cache.length(0)).isEqualTo(begin + 2);
            next(model, golden, cache, row, begin + 2, begin + 4, List.of());
            assertThat(cache.length(0)).isEqualTo(ids.length);
        }
    }

    private static void next(
            MultimodalModel model,
            GoldenModel golden,
            KeyValueCache cache,
            int row,
            int from,
            int to,
            List<PictureInput> pictures) {
        try (Arena step = model.step()) {
            int[] ids = Arrays.copyOfRange(golden.ids(row), from, to);
            NDArray logits = model.step(step, ids, new int[] {ids.length}, pictures, cache);
            assertThat(logits.toFloatArray())
                    .as("after " + to)
                    .containsExactly(golden.logits(row, to - 1), within(20 * NEAR));
        }
    }

    @Test
    void severalConversationsGoOnTogether() {
        try (GoldenModel golden = GoldenModel.of("llama");
                MultimodalModel model = golden.model(Linears.plain(), CPU);
                KeyValueCache cache = model.cache(2, 40);
                Arena step = model.step()) {
            int[] first = golden.ids(0);
            int[] second = golden.ids(1);
            int[] begin = joined(first, 0, 8, second, 0, 3);
            model.step(step, begin, new int[] {8, 3}, golden.pictures(0), cache);
            int[] rest = joined(first, 8, first.length, second, 3, second.length);
            int[] lengths = {first.length - 8, second.length - 3};
            float[] logits = model.step(step, rest, lengths, List.of(), cache).toFloatArray();
            int width = logits.length / 2;
            assertThat(Arrays.copyOf(logits, width))
                    .containsExactly(golden.logits(0, first.length - 1), within(20 * NEAR));
            assertThat(Arrays.copyOfRange(logits, width, 2 * width))
                    .containsExactly(golden.logits(1, second.length - 1), within(20 * NEAR));
        }
    }

    private static int[] joined(int[] one, int from, int to, int[] other, int start, int end) {
        List<Integer> all = new ArrayList<>();
        Arrays.stream(one, from, to).forEach(all::add);
        Arrays.stream(other, start, end).forEach(all::add);
        return all.stream().mapToInt(Integer::intValue).toArray();
    }

    /** A model with pairs on everything under a prefix. */
    private record Adapted(GoldenModel golden, MultimodalModel model, AdaptedLinears linears) implements AutoCloseable {
        static Adapted of(String name, String prefix, double dropout) {
            GoldenModel golden = GoldenModel.of(name);
            AdaptedLinears linears = new AdaptedLinears().dropping(dropout);
            MultimodalModel model = golden.model(linears, CPU);
            linears.adapt(model.arena(), prefix);
            return new Adapted(golden, model, linears);
        }

        double loss(Batch batch) {
            try (Arena step = model.step()) {
                double sum = 0;
                for (float loss : model.losses(step, model.forward(step, batch, 0, 5))) {
                    sum += loss;
                }
                return sum;
            }
        }

        void backward(Batch batch, long keep) {
            try (Arena step = model.step()) {
                model.backward(step, model.forward(step, batch, keep, 5), 1);
            }
        }

        /** Every gradient by path. */
        List<float[]> gradients() {
            return linears.made.values().stream()
                    .filter(linear -> linear.gradient() != null)
                    .flatMap(linear -> java.util.stream.Stream.of(
                            ((LowRank) linear.gradient()).down().toFloatArray(),
                            ((LowRank) linear.gradient()).up().toFloatArray()))
                    .toList();
        }

        @Override
        public void close() {
            model.close();
            golden.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "llama, model., 0",
        "qwen2, model., 0",
        "llama, model., 0.3",
        "llama, model.vision_tower.encoder.layers.0., 0",
        "llama, model.multi_modal_projector., 0",
        "qwen2, model.language_model.layers.1., 0"
    })
    void gradientsOfTheWholeModelAreThoseOfItsLoss(String name, String prefix, double dropout) {
        try (Adapted adapted = Adapted.of(name, prefix, dropout)) {
            Batch batch = adapted.golden().batch(0, 1, 2);
            adapted.backward(batch, Long.MAX_VALUE);
            int checked = 0;
            for (Linear linear : adapted.linears().made.values()) {
                if (linear.gradient() == null) {
                    continue;
                }
                check(
                        adapted,
                        batch,
                        linear,
                        ((LowRank) linear.adapter()).down(),
                        ((LowRank) linear.gradient()).down());
                check(adapted, batch, linear, ((LowRank) linear.adapter()).up(), ((LowRank) linear.gradient()).up());
                checked++;
            }
            assertThat(checked).isPositive();
        }
    }

    /** Compares the largest entry of a gradient, and one more, with central differences. */
    private static void check(Adapted adapted, Batch batch, Linear linear, NDArray values, NDArray gradient) {
        float[] all = gradient.toFloatArray();
        int largest = 0;
        for (int i = 0; i < all.length; i++) {
            largest = Math.abs(all[i]) > Math.abs(all[largest]) ? i : largest;
        }
        assertThat(all[largest]).as(linear.site().path()).isNotZero();
        float step = 1e-2f;
        for (int index : new int[] {largest, (largest + 7) % all.length}) {
            AdaptedLinears.move(adapted.model().arena(), values, index, step);
            double above = adapted.loss(batch);
            AdaptedLinears.move(adapted.model().arena(), values, index, -2 * step);
            double below = adapted.loss(batch);
            AdaptedLinears.move(adapted.model().arena(), values, index, step);
            // A sum of losses of about 100 is exact to 1e-5 or so; over twice the step that is 1e-3.
            assertThat((above - below) / (2 * step))
                    .as("%s, entry %d", linear.site().path(), index)
                    .isCloseTo(all[index], within(2e-3 + 1e-2 * Math.abs(all[largest])));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 9000, Long.MAX_VALUE})
    void whatIsKeptForTheBackwardPassChangesNoBit(long keep) {
        try (Adapted one = Adapted.of("llama", "model.", 0.2);
                Adapted other = Adapted.of("llama", "model.", 0.2)) {
            one.backward(one.golden().batch(0, 2), Long.MAX_VALUE);
            other.backward(other.golden().batch(0, 2), keep);
            List<float[]> expected = one.gradients();
            List<float[]> actual = other.gradients();
            for (int i = 0; i < expected.size(); i++) {
                assertThat(actual.get(i)).isEqualTo(expected.get(i));
            }
        }
    }

    @Test
    void dropoutIsAFunctionOfThePassesSeed() {
        try (Adapted adapted = Adapted.of("llama", "model.", 0.5)) {
            Batch batch = adapted.golden().batch(0);
            try (Arena step = adapted.model().step()) {
                float[] first = adapted.model().losses(step, adapted.model().forward(step, batch, 0, 5));
                assertThat(adapted.model().losses(step, adapted.model().forward(step, batch, 0, 5)))
                        .isEqualTo(first);
                assertThat(adapted.model().losses(step, adapted.model().forward(step, batch, 0, 6)))
                        .isNotEqualTo(first);
            }
        }
    }

    @Test
    void everyLinearComesThroughTheSeamOnce() {
        try (GoldenModel golden = GoldenModel.of("llama")) {
            List<String> seen = new ArrayList<>();
            golden.model(linear -> seen.add(linear.site().path()), CPU).close();
            assertThat(seen)
                    .doesNotHaveDuplicates()
                    .containsExactlyInAnyOrderElementsOf(golden.folder.sites().keySet());
        }
    }

    @Test
    void aFrozenTowersFeaturesAreRememberedExactly() {
        try (GoldenModel golden = GoldenModel.of("llama");
                MultimodalModel model = golden.model(Linears.plain(), CPU)) {
            float[] before = losses(model, golden.batch(0, 2));
            model.remember(1 << 20);
            Batch batch = golden.batch(0, 2);
            assertThat(model.remembers(batch.images().get(0))).isFalse();
            assertThat(losses(model, batch)).isEqualTo(before);
            assertThat(model.remembers(batch.images().get(0))).isTrue();
            PictureInput blank = PictureInput.remembered(4);
            Batch without = new Batch(
                    batch.conversations(),
                    batch.ids(),
                    batch.targets(),
                    batch.lengths(),
                    batch.images(),
                    List.of(blank, blank, blank),
                    batch.imagePositions());
            assertThat(losses(model, without)).isEqualTo(before);
        }
    }

    @Test
    void aTowerThatLearnsIsNotRemembered() {
        try (Adapted adapted = Adapted.of("llama", "model.vision_tower.", 0)) {
            adapted.model().remember(1 << 20);
            Batch batch = adapted.golden().batch(0);
            adapted.loss(batch);
            assertThat(adapted.model().remembers(batch.images().get(0))).isFalse();
        }
    }

    @Test
    void theNumberOfNativeArraysIsFlatOverTwoHundredSteps() {
        try (Adapted adapted = Adapted.of("llama", "model.", 0.1)) {
            int afterTen = 0;
            for (int i = 1; i <= 200; i++) {
                adapted.backward(adapted.golden().batch(i % 3, (i + 1) % 3), i % 2 == 0 ? 0 : Long.MAX_VALUE);
                afterTen = i == 10 ? adapted.model().arena().live() : afterTen;
            }
            assertThat(adapted.model().arena().live()).isEqualTo(afterTen);
        }
    }

    @Test
    void answeringLeavesNoArraysBehind() {
        try (GoldenModel golden = GoldenModel.of("llama");
                MultimodalModel model = golden.model(Linears.plain(), CPU)) {
            int before = 0;
            for (int i = 0; i < 30; i++) {
                try (KeyValueCache cache = model.cache(1, 40);
                        Arena step = model.step()) {
                    model.step(step, golden.ids(0), new int[] {golden.ids(0).length}, golden.pictures(0), cache);
                }
                before = i == 2 ? model.arena().live() : before;
            }
            assertThat(model.arena().live()).isEqualTo(before);
        }
    }
}
