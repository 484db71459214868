package org.moslora.llama;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.examples.Batch;
import org.moslora.layers.Arena;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;
import org.moslora.testing.WholeGolden;
import org.moslora.testing.WholeTensors;

/** Every tensor of a model trained itself, against PyTorch: all gradients, and the losses of six steps of AdamW. */
class WholeTest {
    /** A golden model of which some tensors learn, and what PyTorch computed of it. */
    private record Learning(GoldenText golden, Llama model, WholeGolden whole) implements AutoCloseable {
        static Learning of(String name, String... chosen) {
            GoldenText golden = GoldenText.of(name);
            WholeTensors tensors = new WholeTensors();
            Llama model = golden.model(tensors);
            Set<String> only = Set.of(chosen);
            tensors.train(model.arena(), tensor -> only.isEmpty() || only.contains(tensor));
            WeightSource expected = SafetensorsFile.open(GoldenText.path(name).resolve("full.safetensors"));
            return new Learning(golden, model, new WholeGolden(tensors, expected));
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

        @Override
        public void close() {
            whole.close();
            model.close();
            golden.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "mistral", "qwen2", "qwen3", "gemma3", "window"})
    void everyTensorsGradientIsPyTorchs(String name) {
        try (Learning learning = Learning.of(name)) {
            learning.learn();
            learning.whole().mustLearnTheSameTensors();
            learning.whole().mustHaveTheSameGradients();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "mistral", "qwen2", "qwen3", "gemma3", "window"})
    void whateverLearnsAloneHasTheSameGradient(String name) {
        List<String> choices = new ArrayList<>();
        try (Learning all = Learning.of(name)) {
            choices.addAll(all.whole().tensors().choices());
        }
        for (String choice : choices) {
            try (Learning learning = Learning.of(name, choice)) {
                learning.learn();
                assertThat(learning.whole().tensors().gradients()).as(choice).containsKey(choice);
                learning.whole().mustHaveTheSameGradients();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "mistral", "qwen2", "qwen3", "gemma3", "window"})
    void theLossesOfSixStepsArePyTorchs(String name) {
        try (Learning learning = Learning.of(name)) {
            learning.whole().mustHaveTheSameCurve(learning.model().arena(), learning::learn);
        }
    }
}
