package org.moslora.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.examples.Batch;
import org.moslora.layers.Arena;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;

/** Every tensor of a model trained itself, against PyTorch: all gradients, and the losses of six steps of AdamW. */
class WholeTest {
    private static final String CURVE = "curve";

    /** A golden model of which some tensors learn, and what PyTorch computed of it. */
    private record Learning(GoldenText golden, Llama model, WholeTensors tensors, WeightSource expected)
            implements AutoCloseable {
        static Learning of(String name, String... chosen) {
            GoldenText golden = GoldenText.of(name);
            WholeTensors tensors = new WholeTensors();
            Llama model = golden.model(tensors);
            Set<String> only = Set.of(chosen);
            tensors.train(model.arena(), tensor -> only.isEmpty() || only.contains(tensor));
            WeightSource expected = SafetensorsFile.open(GoldenText.path(name).resolve("full.safetensors"));
            return new Learning(golden, model, tensors, expected);
        }

        /** Adds the gradients of the sum of all losses, and returns that. */
        double learn() {
            try (Arena step = model.step()) {
                Batch batch = golden.batch(0, 1, 2);
                double sum = 0;
                for (float loss : model.backward(step, model.forward(step, batch, Long.MAX_VALUE, 0), 1)) {
                    sum += loss;
                }
                return sum;
            }
        }

        void gradientsMustBePyTorchs() {
            tensors.gradients.forEach((name, gradient) -> {
                float[] wanted = HalfFloats.floats(expected, name);
                float largest = 0;
                for (float value : wanted) {
                    largest = Math.max(largest, Math.abs(value));
                }
                // Of a bias of keys the gradient is rounding of zero: keys moved together attend alike.
                assertThat(gradient.toFloatArray()).as(name).containsExactly(wanted, within(5e-4f * largest + 5e-4f));
            });
        }

        @Override
        public void close() {
            expected.close();
            model.close();
            golden.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "mistral", "qwen2", "qwen3", "gemma3", "window"})
    void everyTensorsGradientIsPyTorchs(String name) {
        try (Learning learning = Learning.of(name)) {
            learning.learn();
            Set<String> wanted = new TreeSet<>(learning.expected().names());
            wanted.remove(CURVE);
            assertThat(new TreeSet<>(learning.tensors().gradients.keySet())).isEqualTo(wanted);
            learning.gradientsMustBePyTorchs();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "mistral", "qwen2", "qwen3", "gemma3", "window"})
    void whateverLearnsAloneHasTheSameGradient(String name) {
        List<String> choices = new ArrayList<>();
        try (Learning all = Learning.of(name)) {
            choices.addAll(all.tensors().choices());
        }
        for (String choice : choices) {
            try (Learning learning = Learning.of(name, choice)) {
                learning.learn();
                assertThat(learning.tensors().gradients).as(choice).containsKey(choice);
                learning.gradientsMustBePyTorchs();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "mistral", "qwen2", "qwen3", "gemma3", "window"})
    void theLossesOfSixStepsArePyTorchs(String name) {
        try (Learning learning = Learning.of(name)) {
            float[] curve = HalfFloats.floats(learning.expected(), CURVE);
            Map<String, NDArray> first = new HashMap<>();
            Map<String, NDArray> second = new HashMap<>();
            for (int step = 1; step <= curve.length; step++) {
                double wanted = curve[step - 1];
                assertThat(learning.learn()).as("step " + step).isCloseTo(wanted, within(2e-4 * wanted));
                learning.tensors().update(learning.model().arena(), step, first, second);
            }
        }
    }
}
