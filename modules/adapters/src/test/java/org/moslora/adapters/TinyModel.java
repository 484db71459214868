package org.moslora.adapters;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.AdapterDelta;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.Linears;
import org.moslora.layers.LowRank;
import org.moslora.layers.Site;
import org.moslora.layers.Structure;

/** The linears of two decoder blocks, a tower block and a projector, and nothing between them. */
final class TinyModel implements AutoCloseable {
    static final String TEXT = "model.language_model.";
    static final String VISION = "model.vision_tower.";
    static final String PROJECTOR = "model.multi_modal_projector.";
    static final String QUERY = TEXT + "layers.0.self_attn.q_proj";

    private static final int ROWS = 5;

    final Arena arena;
    final Map<String, Linear> linears = new LinkedHashMap<>();

    TinyModel(Linears seam) {
        Engine.start(1);
        arena = Arena.open(Compute.cpu());
        Random random = new Random(17);
        for (int i = 0; i < 2; i++) {
            String block = TEXT + "layers." + i + ".";
            add(random, block + "self_attn.q_proj", 6, 6, false);
            add(random, block + "self_attn.k_proj", 4, 6, false);
            add(random, block + "mlp.down_proj", 6, 9, false);
        }
        add(random, VISION + "encoder.layers.0.self_attn.q_proj", 8, 8, true);
        add(random, PROJECTOR + "linear_1", 6, 8, true);
        add(random, PROJECTOR + "linear_2", 6, 6, true);
        linears.values().forEach(seam::made);
    }

    private void add(Random random, String path, int outputs, int inputs, boolean biased) {
        NDArray weight = arena.floats(Matrix.random(random, outputs, inputs).floats(), outputs, inputs);
        NDArray bias = biased ? arena.floats(Matrix.random(random, 1, outputs).floats(), outputs) : null;
        linears.put(path, new Linear(new Site(path, inputs, outputs, biased), weight, bias));
    }

    List<String> paths() {
        return List.copyOf(linears.keySet());
    }

    Map<String, Site> sites() {
        return linears.values().stream()
                .collect(Collectors.toMap(linear -> linear.site().path(), Linear::site));
    }

    Linear linear(String path) {
        return linears.get(path);
    }

    /** Some input of a linear, the same every time. */
    static Matrix input(Linear linear) {
        return Matrix.random(new Random(3), ROWS, (int) linear.site().inputs());
    }

    static Matrix weight(Linear linear) {
        return Matrix.of(
                (int) linear.site().outputs(),
                (int) linear.site().inputs(),
                linear.weight().toFloatArray());
    }

    /** x·Wᵀ written out, without adapter and bias. */
    static Matrix plain(Linear linear) {
        return input(linear).times(weight(linear).transposed());
    }

    /** What the kernels make of {@link #input}, without bias. */
    Matrix output(String path) {
        Linear linear = linears.get(path);
        try (Arena step = arena.child()) {
            return output(linear, step);
        }
    }

    private static Matrix output(Linear linear, Arena step) {
        NDArray none = step.none();
        Matrix x = input(linear);
        NDArray given = step.floats(x.floats(), x.rows(), x.columns());
        NDArray zero = step.zeros(1, linear.site().outputs());
        List<NDArray> pairs = places(linear.adapter(), none);
        // The first linear of a projector is what it returns beside its output.
        Structure block = block(step, List.of(linear.weight(), none, zero, none), pairs);
        NDArray made = Kernels.get().call(step, "projector_forward", given, block, 0, "relu")[1];
        return Matrix.of(ROWS, (int) linear.site().outputs(), made.toFloatArray());
    }

    /** Linears as kernels take them, with what adapters add to each and nothing that learns. */
    static Structure block(Arena arena, List<NDArray> weights, List<NDArray> changes) {
        return block(arena, weights, weights, changes, changes);
    }

    /** Linears as kernels take them, with what adapters add to each; gradients stand where the tensors themselves do. */
    static Structure block(
            Arena arena,
            List<NDArray> weights,
            List<NDArray> weightGradients,
            List<NDArray> changes,
            List<NDArray> changeGradients) {
        List<NDArray> plain = List.of();
        return Kernels.get()
                .structure(
                        arena,
                        "block",
                        plain,
                        plain,
                        weights,
                        weightGradients,
                        changes,
                        changeGradients,
                        0.0,
                        false,
                        false);
    }

    /** An adapter's places on the first of a projector's linears, and those of none on the second. */
    static List<NDArray> places(@Nullable AdapterDelta delta, NDArray none) {
        List<NDArray> places = new ArrayList<>(Collections.nCopies(2 * AdapterDelta.PLACES, none));
        if (delta != null) {
            List<NDArray> own = delta.places(none);
            for (int i = 0; i < own.size(); i++) {
                places.set(i, own.get(i));
            }
        }
        return places;
    }

    /** The pair on a linear. */
    static LowRank pair(Linear linear) {
        return (LowRank) Objects.requireNonNull(linear.adapter());
    }

    /** Where its gradient is gathered. */
    static LowRank gradient(Linear linear) {
        return (LowRank) Objects.requireNonNull(linear.gradient());
    }

    @Override
    public void close() {
        arena.close();
    }
}
