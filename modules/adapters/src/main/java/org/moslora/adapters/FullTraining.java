package org.moslora.adapters;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.FlatParameters;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.OtherTensor;
import org.moslora.layers.Precision;
import org.moslora.problems.InvalidInput;

/**
 * A part of a model that is trained whole, such as the projector: its weights are fp32 masters in the flat buffer, and
 * in bf16 the kernels read a copy that {@link #materialize} refreshes.
 */
final class FullTraining {
    private final String component;
    private final List<Linear> linears;
    private final List<OtherTensor> plain;
    private final List<Tensor> tensors = new ArrayList<>();

    /** One trained tensor: what is read from disk and what the kernels see. */
    private static final class Tensor {
        private final String name;
        private final NDArray start;
        private final FlatParameters.Place place;
        private @Nullable NDArray master;
        private @Nullable NDArray forKernels;

        private Tensor(String name, NDArray start, FlatParameters.Place place) {
            this.name = name;
            this.start = start;
            this.place = place;
        }

        private NDArray master() {
            return present(master);
        }

        private NDArray forKernels() {
            return present(forKernels);
        }
    }

    FullTraining(String component, List<Linear> linears, List<OtherTensor> plain) {
        this.component = component;
        this.linears = List.copyOf(linears);
        this.plain = List.copyOf(plain);
    }

    /** @param arena owns the weights that they start from, where those are offloaded */
    void reserve(FlatParameters.Plan plan, Arena arena) {
        for (Linear linear : linears) {
            linear.stay(arena);
            if (linear.quantised() != null) {
                throw new InvalidInput(
                        linear.site().path(),
                        "is held quantised, so it cannot be trained whole; train an adapter on it, or take the 16-bit"
                                + " base");
            }
            long[] shape = linear.weight().getShape().getShape();
            tensors.add(new Tensor(
                    linear.site().path() + ".weight",
                    linear.weight(),
                    linear.site().isEmbedding()
                            ? plan.reserve(component, shape)
                            : plan.reserveMatrix(component, shape)));
            NDArray bias = linear.bias();
            if (bias != null) {
                reserve(plan, linear.site().path() + ".bias", bias);
            }
        }
        plain.forEach(tensor -> reserve(plan, tensor.name(), tensor.value()));
    }

    private void reserve(FlatParameters.Plan plan, String name, NDArray start) {
        tensors.add(
                new Tensor(name, start, plan.reserve(component, start.getShape().getShape())));
    }

    void attach(FlatParameters parameters, Arena arena, Compute compute) {
        boolean wide = compute.precision() == Precision.FP32;
        tensors.forEach(tensor -> start(tensor, parameters, arena, compute, wide));
        train(byName(), parameters::gradient);
    }

    /** Puts what another instance of the model trains on this one's tensors, with gradients of their own. */
    void share(FullTraining original, FlatParameters.Replica replica) {
        train(original.byName(), replica::gradient);
    }

    /** Leaves out what is trained; the results put it back. */
    List<Runnable> suspend() {
        List<Runnable> back = new ArrayList<>();
        linears.forEach(linear -> back.add(linear.suspend()));
        plain.forEach(tensor -> back.add(tensor.suspend()));
        return back;
    }

    private Map<String, Tensor> byName() {
        return tensors.stream().collect(Collectors.toMap(tensor -> tensor.name, Function.identity()));
    }

    private void train(Map<String, Tensor> named, Function<FlatParameters.Place, NDArray> gradients) {
        for (Linear linear : linears) {
            Tensor weight = find(named, linear.site().path() + ".weight");
            Tensor bias =
                    linear.bias() == null ? null : find(named, linear.site().path() + ".bias");
            linear.train(
                    weight.forKernels(),
                    gradients.apply(weight.place),
                    bias == null ? null : bias.forKernels(),
                    bias == null ? null : gradients.apply(bias.place));
        }
        for (OtherTensor one : plain) {
            Tensor tensor = find(named, one.name());
            one.train(tensor.forKernels(), gradients.apply(tensor.place));
        }
    }

    private Tensor find(Map<String, Tensor> named, String name) {
        Tensor tensor = named.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException(name + " is not among what " + component + " trains");
        }
        return tensor;
    }

    private static void start(Tensor tensor, FlatParameters parameters, Arena arena, Compute compute, boolean wide) {
        NDArray master = parameters.value(tensor.place);
        Kernels.get().call(arena, "copied_into", master, tensor.start);
        tensor.master = master;
        tensor.forKernels = wide
                ? master
                : Kernels.get()
                        .one(
                                arena,
                                "converted",
                                tensor.start,
                                compute.precision().scalarType(),
                                compute.deviceName());
    }

    void materialize(Arena arena) {
        for (Tensor tensor : tensors) {
            if (tensor.forKernels() != tensor.master()) {
                Kernels.get().call(arena, "copied_into", tensor.forKernels(), tensor.master());
            }
        }
    }

    /** The trained tensors by canonical name: windows, to read or to copy into. */
    Map<String, NDArray> tensors() {
        Map<String, NDArray> named = new LinkedHashMap<>();
        tensors.forEach(tensor -> named.put(tensor.name, tensor.master()));
        return named;
    }

    private static NDArray present(@Nullable NDArray array) {
        if (array == null) {
            throw new IllegalStateException("the parameters are not allocated yet");
        }
        return array;
    }
}
