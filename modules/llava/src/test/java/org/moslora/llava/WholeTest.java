package org.moslora.llava;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.examples.Batch;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.multimodal.MultimodalModel;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;
import org.moslora.testing.WholeGolden;
import org.moslora.testing.WholeTensors;

/** Every tensor of a model trained itself, against PyTorch: all gradients, and the losses of six steps of AdamW. */
class WholeTest {
    /** A golden model of which some tensors learn, and what PyTorch computed of it. */
    private record Learning(GoldenModel golden, MultimodalModel model, WholeGolden whole) implements AutoCloseable {
        static Learning of(String name, String... chosen) {
            GoldenModel golden = GoldenModel.of(name);
            WholeTensors tensors = new WholeTensors();
            MultimodalModel model = golden.model(tensors, Compute.cpu());
            Set<String> only = Set.of(chosen);
            tensors.train(model.arena(), tensor -> only.isEmpty() || only.contains(tensor));
            WeightSource expected = SafetensorsFile.open(GoldenModel.path(name).resolve("full.safetensors"));
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
    @ValueSource(strings = {"llama", "qwen2"})
    void everyTensorsGradientIsPyTorchs(String name) {
        try (Learning learning = Learning.of(name)) {
            learning.learn();
            learning.whole().mustLearnTheSameTensors();
            learning.whole().mustHaveTheSameGradients();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "qwen2"})
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
    @ValueSource(strings = {"llama", "qwen2"})
    void theLossesOfSixStepsArePyTorchs(String name) {
        try (Learning learning = Learning.of(name)) {
            learning.whole().mustHaveTheSameCurve(learning.model().arena(), learning::learn);
        }
    }

    /** A loss that weighs conversations has the weighed sum of their gradients. */
    @Test
    void weightsOfTokensAreThoseOfTheirGradients() {
        float[] shares = {0.5f, -2, 0.25f};
        try (Learning apart = Learning.of("llama");
                Learning together = Learning.of("llama")) {
            int[] tokens = new int[3];
            for (int row = 0; row < 3; row++) {
                Batch one = apart.golden().batch(row);
                tokens[row] = one.supervised();
                try (Arena step = apart.model().step()) {
                    apart.model().backward(step, apart.model().forward(step, one, 0, 0), shares[row]);
                }
            }
            float[] weights = new float[tokens[0] + tokens[1] + tokens[2]];
            Arrays.fill(weights, 0, tokens[0], shares[0]);
            Arrays.fill(weights, tokens[0], tokens[0] + tokens[1], shares[1]);
            Arrays.fill(weights, tokens[0] + tokens[1], weights.length, shares[2]);
            try (Arena step = together.model().step()) {
                Batch all = together.golden().batch(0, 1, 2);
                assertThat(all.part(1, 3).ids())
                        .isEqualTo(together.golden().batch(1, 2).ids());
                assertThat(all.part(1, 3).images())
                        .isEqualTo(together.golden().batch(1, 2).images());
                together.model().backward(step, together.model().forward(step, all, 0, 0), weights);
            }
            apart.whole()
                    .tensors()
                    .gradients()
                    .forEach((name, gradient) -> assertThat(together.whole()
                                    .tensors()
                                    .gradients()
                                    .get(name)
                                    .toFloatArray())
                            .as(name)
                            .containsExactly(gradient.toFloatArray(), within(1e-3f)));
        }
    }
}
