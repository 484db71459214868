package org.moslora.adapters.kind;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.moslora.adapters.form.TensorRole;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;

/**
 * Adapters of one kind on all layers of one shape, their parameters stacked so that folding and pulling back are a few
 * batched products.
 */
public final class AdapterGroup {
    private final AdapterSpec spec;
    private final List<Linear> linears;
    private final List<Parameter> parameters;
    private final Adapter.Attachment attachment;

    AdapterGroup(AdapterSpec spec, List<Linear> linears, List<Parameter> parameters, Adapter.Attachment attachment) {
        this.spec = spec;
        this.linears = linears;
        this.parameters = parameters;
        this.attachment = attachment;
    }

    /** The layers. */
    public List<Linear> linears() {
        return linears;
    }

    /** Their settings, patterns applied. */
    public AdapterSpec spec() {
        return spec;
    }

    /** One of their parameters. */
    Parameter parameter(TensorRole role) {
        return parameters.stream()
                .filter(parameter -> parameter.role() == role)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(role + " is no parameter of " + spec.label()));
    }

    /**
     * Makes what the kernels read from the parameters.
     *
     * @param training whether inputs are dropped
     */
    public void materialize(Arena arena, boolean training) {
        linears.forEach(linear -> linear.drop(training ? spec.dropout() : 0));
        attachment.materialize().accept(arena);
    }

    /** Turns the gradients of what the kernels read into those of the parameters. */
    public void backward(Arena arena) {
        attachment.backward().accept(arena);
    }

    /** The parameters of one layer, shaped as in files: windows, to read or to copy into. */
    public Map<TensorRole, NDArray> tensors(Arena arena, int layer) {
        Map<TensorRole, NDArray> tensors = new LinkedHashMap<>();
        for (Parameter parameter : parameters) {
            NDArray window = Kernels.get().one(arena, "window", parameter.value(layer), 0, parameter.inFiles());
            tensors.put(parameter.role(), window);
        }
        return tensors;
    }
}
