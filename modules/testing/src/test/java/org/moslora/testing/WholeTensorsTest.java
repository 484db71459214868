package org.moslora.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Linear;
import org.moslora.layers.OtherTensor;
import org.moslora.layers.Site;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;

/** What holds others' models against PyTorch is itself held: it passes what is PyTorch's, and falls for what is not. */
class WholeTensorsTest {
    private static final float[] X = {1, 2, 3};
    private static final float[] Y = {0, 1, -1};
    private static final float[] GRADIENT = {1, -10, 7.5f};
    /** {@code sum((w·x − y)²)/2} over steps of {@code torch.optim.AdamW(lr=0.01, weight_decay=0.1)}, torch 2.7.1. */
    private static final float[] CURVE = {16.125f, 15.916094f, 15.709127f, 15.504117f};

    @TempDir
    private Path folder;

    private Arena arena;
    private WholeTensors tensors;
    private OtherTensor weight;

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    private void model() {
        arena = Arena.open(Compute.cpu());
        tensors = new WholeTensors();
        weight = new OtherTensor("norm.weight", arena.floats(new float[] {1, -2, 0.5f}, 3));
        tensors.made(weight);
        tensors.made(new Linear(new Site("head", 2, 1, true), arena.zeros(1, 2), arena.zeros(1)));
    }

    @AfterEach
    void close() {
        arena.close();
    }

    private double learn() {
        float[] now = weight.value().toFloatArray();
        float[] gradient = new float[now.length];
        double loss = 0;
        for (int i = 0; i < now.length; i++) {
            float error = now[i] * X[i] - Y[i];
            gradient[i] = error * X[i];
            loss += error * error / 2;
        }
        NDArray into = Objects.requireNonNull(weight.gradient());
        into.addi(arena.floats(gradient, gradient.length));
        return loss;
    }

    private WholeGolden golden(float[] gradient, float[] curve) {
        model();
        tensors.train(arena, "norm.weight"::equals);
        Path file = folder.resolve("golden" + gradient.length + gradient[0] + curve[3] + ".safetensors");
        List<TensorData> all = new ArrayList<>(List.of(TensorData.of("curve", List.of((long) curve.length), curve)));
        all.add(TensorData.of("norm.weight", List.of((long) gradient.length), gradient));
        SafetensorsWriter.write(file, all, Map.of());
        return new WholeGolden(tensors, SafetensorsFile.open(file));
    }

    @Test
    void onlyWhatIsChosenLearnsAndALinearWithItsBias() {
        model();
        assertThat(tensors.choices()).containsExactly("head.weight", "norm.weight");
        tensors.train(arena, "head.weight"::equals);
        assertThat(tensors.gradients().keySet()).containsExactlyInAnyOrder("head.weight", "head.bias");
        assertThat(weight.learns()).isFalse();
    }

    /** {@code torch.optim.AdamW} on the same gradients, of the same. */
    @Test
    void aStepIsThatOfPyTorchsAdamW() {
        model();
        tensors.train(arena, "norm.weight"::equals);
        Map<String, NDArray> first = new HashMap<>();
        Map<String, NDArray> second = new HashMap<>();
        float[][] gradients = {{0.1f, -0.2f, 0.3f}, {-0.4f, 0, 0.05f}, {1e-3f, 5, -0.3f}};
        float[] wanted = {0.99692196f, -1.9835085f, 0.4808756f};
        for (int step = 1; step <= gradients.length; step++) {
            NDArray into = Objects.requireNonNull(weight.gradient());
            into.addi(arena.floats(gradients[step - 1], 3));
            tensors.update(arena, step, first, second);
            assertThat(into.toFloatArray()).as("the next step begins at zero").containsOnly(0);
        }
        assertThat(weight.value().toFloatArray()).containsExactly(wanted, within(1e-6f));
    }

    @Test
    void whatIsPyTorchsPasses() {
        try (WholeGolden golden = golden(GRADIENT, CURVE)) {
            golden.mustLearnTheSameTensors();
            learn();
            golden.mustHaveTheSameGradients();
            tensors.gradients().values().forEach(gradient -> gradient.muli(0));
            golden.mustHaveTheSameCurve(arena, this::learn);
        }
    }

    @Test
    void aGradientOrALossThatIsAnotherFalls() {
        try (WholeGolden golden = golden(new float[] {1, -10, 7.4f}, CURVE)) {
            learn();
            assertThatThrownBy(golden::mustHaveTheSameGradients).isInstanceOf(AssertionError.class);
        }
        arena.close();
        try (WholeGolden golden = golden(GRADIENT, new float[] {16.125f, 15.916094f, 15.709127f, 15.51f})) {
            assertThatThrownBy(() -> golden.mustHaveTheSameCurve(arena, this::learn))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("step 4");
        }
    }

    @Test
    void aTensorThatLearnsOnOneSideOnlyFalls() {
        try (WholeGolden golden = golden(GRADIENT, CURVE)) {
            tensors.train(arena, "head.weight"::equals);
            assertThatThrownBy(golden::mustLearnTheSameTensors)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("head.bias");
        }
    }
}
