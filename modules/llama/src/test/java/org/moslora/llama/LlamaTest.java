package org.moslora.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.examples.Batch;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.Linears;
import org.moslora.layers.LowRank;
import org.moslora.layers.block.ModelBuilder;

/** Whole text models against transformers, and against themselves computed in other ways. */
class LlamaTest {
    /** Two float32 computations of a loss of a few nats through two blocks. */
    private static final float NEAR = 2e-5f;

    private static float[] losses(Backbone model, Batch batch) {
        try (Arena step = model.step()) {
            return model.losses(step, model.look(step, batch));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "mistral", "qwen2", "qwen3", "gemma3", "window"})
    void lossesAreTransformersHoweverConversationsAreBatched(String name) {
        try (GoldenText golden = GoldenText.of(name);
                Llama model = golden.model(Linears.plain())) {
            for (int[] rows : new int[][] {{0}, {1}, {2}, {0, 1, 2}, {2, 0}, {1, 1}}) {
                assertThat(losses(model, golden.batch(rows)))
                        .as("rows " + Arrays.toString(rows))
                        .containsExactly(golden.losses(rows), within(NEAR));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "mistral", "qwen2", "qwen3", "gemma3", "window"})
    void aStretchAtATimeGivesTheLogitsOfTheWhole(String name) {
        try (GoldenText golden = GoldenText.of(name);
                Llama model = golden.model(Linears.plain());
                KeyValueCache cache = model.cache(1, 20)) {
            int[] ids = golden.ids(2);
            int at = 0;
            for (int stretch : new int[] {5, 1, 1, 4, 3}) {
                int end = at + stretch;
                assertThat(next(model, cache, Arrays.copyOfRange(ids, at, end)))
                        .as("after " + end)
                        .containsExactly(golden.logits(2, end - 1), within(20 * NEAR));
                at = end;
            }
        }
    }

    private static float[] next(Llama model, KeyValueCache cache, int... ids) {
        try (Arena step = model.step()) {
            return model.step(step, ids, new int[] {ids.length}, List.of(), cache)
                    .toFloatArray();
        }
    }

    /** Three conversations go on from one, then from each other; each must know only its own past. */
    @Test
    void branchesOfAConversationAreConversationsOfTheirOwn() {
        try (GoldenText golden = GoldenText.of("llama");
                Llama model = golden.model(Linears.plain());
                KeyValueCache cache = model.cache(1, 20)) {
            int[] ids = golden.ids(2);
            next(model, cache, Arrays.copyOf(ids, 6));
            cache.branch(new int[] {0, 0, 0});
            step(model, cache, new int[] {9, ids[6], 11});
            cache.branch(new int[] {1, 2, 1});
            assertThat(cache.length(0)).isEqualTo(7);
            float[] logits = step(model, cache, new int[] {ids[7], ids[7], ids[7]});
            int width = logits.length / 3;
            float[] expected = golden.logits(2, 7);
            assertThat(Arrays.copyOf(logits, width)).containsExactly(expected, within(20 * NEAR));
            assertThat(Arrays.copyOfRange(logits, 2 * width, 3 * width)).containsExactly(expected, within(20 * NEAR));
            assertThat(logits[width]).isNotCloseTo(expected[0], within(100 * NEAR));
            cache.branch(new int[] {2});
            assertThat(next(model, cache, ids[8])).containsExactly(golden.logits(2, 8), within(20 * NEAR));
        }
    }

    private static float[] step(Llama model, KeyValueCache cache, int[] ids) {
        int[] lengths = new int[ids.length];
        Arrays.fill(lengths, 1);
        try (Arena step = model.step()) {
            return model.step(step, ids, lengths, List.of(), cache).toFloatArray();
        }
    }

    @Test
    void aTextModelTakesNoPictures() {
        try (GoldenText golden = GoldenText.of("llama");
                Llama model = golden.model(Linears.plain());
                KeyValueCache cache = model.cache(1, 20);
                Arena step = model.step()) {
            assertThatThrownBy(() -> model.step(step, new int[] {3}, new int[] {1}, List.of(new float[1]), cache))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no pictures");
        }
    }

    @Test
    void everyLinearComesThroughTheSeamOnceUnderTransformersName() {
        try (GoldenText golden = GoldenText.of("qwen2")) {
            List<String> seen = new ArrayList<>();
            golden.model(linear -> seen.add(linear.site().path())).close();
            assertThat(seen)
                    .hasSize(15)
                    .contains("model.layers.0.self_attn.q_proj", "model.layers.1.mlp.down_proj", "model.embed_tokens")
                    .containsExactlyInAnyOrderElementsOf(golden.folder.sites().keySet());
            assertThat(golden.folder.sites().get("model.layers.0.self_attn.k_proj"))
                    .satisfies(site -> {
                        assertThat(site.outputs()).isEqualTo(4);
                        assertThat(site.inputs()).isEqualTo(16);
                    });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "qwen2", "qwen3", "gemma3"})
    void gradientsAreThoseOfTheLoss(String name) {
        Map<String, Linear> made = new LinkedHashMap<>();
        try (GoldenText golden = GoldenText.of(name);
                Llama model = golden.model(linear -> made.put(linear.site().path(), linear))) {
            Random random = new Random(7);
            made.values().forEach(linear -> adapt(model.arena(), linear, random));
            Batch batch = golden.batch(0, 1, 2);
            try (Arena step = model.step()) {
                model.backward(step, model.forward(step, batch, 0, 5), 1);
            }
            made.forEach((path, linear) -> {
                NDArray down = ((LowRank) linear.adapter()).down();
                float[] gradient = ((LowRank) linear.gradient()).down().toFloatArray();
                int largest = 0;
                for (int i = 0; i < gradient.length; i++) {
                    largest = Math.abs(gradient[i]) > Math.abs(gradient[largest]) ? i : largest;
                }
                float step = 1e-2f;
                move(model.arena(), down, largest, step);
                double above = sum(model, batch);
                move(model.arena(), down, largest, -2 * step);
                double below = sum(model, batch);
                move(model.arena(), down, largest, step);
                assertThat(gradient[largest]).as(path).isNotZero();
                // A sum of losses of about 100 is exact to 1e-5 or so; over twice the step that is 1e-3.
                assertThat((above - below) / (2 * step))
                        .as(path)
                        .isCloseTo(gradient[largest], within(2e-3 + 1e-2 * Math.abs(gradient[largest])));
            });
        }
    }

    private static double sum(Llama model, Batch batch) {
        double sum = 0;
        for (float loss : losses(model, batch)) {
            sum += loss;
        }
        return sum;
    }

    private static void adapt(Arena arena, Linear linear, Random random) {
        long inputs = linear.site().inputs();
        long outputs = linear.site().outputs();
        linear.adapt(
                new LowRank(random(arena, random, 2, inputs), random(arena, random, outputs, 2)),
                new LowRank(arena.zeros(2, inputs), arena.zeros(outputs, 2)),
                0);
    }

    private static NDArray random(Arena arena, Random random, long rows, long columns) {
        float[] values = new float[(int) (rows * columns)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (0.2 * random.nextGaussian());
        }
        return arena.floats(values, rows, columns);
    }

    private static void move(Arena arena, NDArray array, int index, float by) {
        float[] values = array.toFloatArray();
        values[index] += by;
        try (Arena step = arena.child()) {
            Kernels.get().call(step, "copied_into", array, step.floats(values, values.length));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"qwen3", "gemma3"})
    void statesAreThoseBetweenBlocks(String name) {
        try (GoldenText golden = GoldenText.of(name);
                Arena all = Arena.open(Compute.cpu())) {
            ModelBuilder builder = new ModelBuilder("", golden.folder.weights(), Linears.plain(), all, Compute.cpu());
            LanguageModel encoder =
                    new LanguageModel(builder, golden.folder.text().encoder(1), LlamaNames.alone());
            Arena step = all.child();
            int[] ids = golden.ids(2);
            int[] twice = IntStream.concat(Arrays.stream(ids, 0, 4), Arrays.stream(ids))
                    .toArray();
            List<NDArray> states = encoder.states(step, twice, new int[] {4, ids.length}, List.of(1, 0));
            for (int i = 0; i < 2; i++) {
                float[] wanted = golden.states(i);
                float[] made = states.get(1 - i).toFloatArray();
                int packed = made.length - wanted.length;
                assertThat(Arrays.copyOfRange(made, packed, made.length)).containsExactly(wanted, within(20 * NEAR));
                assertThat(Arrays.copyOf(made, packed))
                        .containsExactly(Arrays.copyOf(wanted, packed), within(20 * NEAR));
            }
        }
    }

    @Test
    void answeringAndBranchingLeaveNoArraysBehind() {
        try (GoldenText golden = GoldenText.of("llama");
                Llama model = golden.model(Linears.plain())) {
            int before = 0;
            for (int i = 0; i < 30; i++) {
                try (KeyValueCache cache = model.cache(1, 20)) {
                    next(model, cache, golden.ids(0));
                    cache.branch(new int[] {0, 0, 0});
                    step(model, cache, new int[] {3, 4, 5});
                    cache.branch(new int[] {2, 2});
                }
                before = i == 2 ? model.arena().live() : before;
            }
            assertThat(model.arena().live()).isEqualTo(before);
        }
    }
}
