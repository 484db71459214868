package org.moslora.testing;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.Linears;
import org.moslora.layers.OtherTensor;

/** Trains tensors of a model themselves, as a run of kind full does. */
public final class WholeTensors implements Linears {
    private final Map<String, NDArray> values = new LinkedHashMap<>();
    private final Map<String, NDArray> gradients = new LinkedHashMap<>();
    private final List<Linear> linears = new ArrayList<>();
    private final List<OtherTensor> plain = new ArrayList<>();

    @Override
    public void made(Linear linear) {
        linears.add(linear);
    }

    @Override
    public void made(OtherTensor tensor) {
        plain.add(tensor);
    }

    /** Trains the chosen ones: names of tensors outside linears, and of linears that of their weight. */
    public void train(Arena arena, Predicate<String> chosen) {
        for (Linear linear : linears) {
            String path = linear.site().path();
            if (chosen.test(path + ".weight")) {
                NDArray bias = linear.bias();
                linear.train(
                        value(arena, path + ".weight", linear.weight()),
                        gradient(path + ".weight"),
                        bias == null ? null : value(arena, path + ".bias", bias),
                        gradients.get(path + ".bias"));
            }
        }
        for (OtherTensor tensor : plain) {
            if (chosen.test(tensor.name())) {
                NDArray value = value(arena, tensor.name(), tensor.value());
                tensor.train(value, gradient(tensor.name()));
            }
        }
    }

    private NDArray gradient(String name) {
        return Objects.requireNonNull(gradients.get(name), name);
    }

    private NDArray value(Arena arena, String name, NDArray start) {
        NDArray value = Kernels.get().one(arena, "scaled", start, 1.0);
        values.put(name, value);
        gradients.put(name, arena.zeros(start.getShape().getShape()));
        return value;
    }

    /** The gradients of what learns, by the tensors' names. */
    public Map<String, NDArray> gradients() {
        return gradients;
    }

    /** What there is to choose from. */
    public List<String> choices() {
        List<String> names = new ArrayList<>();
        linears.forEach(linear -> names.add(linear.site().path() + ".weight"));
        plain.forEach(tensor -> names.add(tensor.name()));
        return names;
    }

    /** One step of AdamW at 0.01 with a decay of 0.1. */
    public void update(Arena arena, int step, Map<String, NDArray> first, Map<String, NDArray> second) {
        values.forEach((name, value) -> {
            long[] shape = value.getShape().getShape();
            NDArray one = first.computeIfAbsent(name, key -> arena.zeros(shape));
            NDArray two = second.computeIfAbsent(name, key -> arena.zeros(shape));
            NDArray gradient = gradient(name);
            Kernels.get().call(arena, "adamw", value, gradient, one, two, step, 1e-2, 0.9, 0.999, 1e-8, 0.1);
            Kernels.get().call(arena, "zero", List.of(gradient));
        });
    }
}
