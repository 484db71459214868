package org.moslora.adapters.kind;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.moslora.adapters.form.TensorRole;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.Site;

/**
 * An adapter with a trained bias beside it: the layer's bias becomes frozen + s·b, or is b. Kernels read a bias as ever
 * and gather its gradient as that of a layer trained whole.
 */
final class BiasedAdapter implements Adapter {
    private final Adapter beside;
    private final double scale;
    private final boolean own;
    private final Parameter bias;

    /**
     * Puts a bias beside an adapter.
     *
     * @param scale of the adapter's change
     * @param own whether it is the layers' own bias that is trained, without a scale
     */
    BiasedAdapter(Site site, Adapter beside, double scale, boolean own) {
        this.beside = beside;
        this.scale = own ? 1 : scale;
        this.own = own;
        Parameter.Start start = own ? (arena, seed, linear) -> own(linear) : ParameterInit.zero(site.outputs());
        this.bias = Parameter.outer(own ? TensorRole.OWN_BIAS : TensorRole.BIAS, start, site.outputs());
    }

    private static NDArray own(Linear linear) {
        NDArray bias = linear.bias();
        if (bias == null) {
            throw new IllegalArgumentException(linear.site().path() + " has no bias");
        }
        return bias;
    }

    @Override
    public List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>(beside.parameters());
        all.add(bias);
        return all;
    }

    @Override
    public Attachment attach(Arena arena, Compute compute, List<Linear> linears) {
        long[] shape = bias.value().getShape().getShape();
        NDArray frozen = arena.zeros(shape);
        NDArray read =
                Kernels.get().one(arena, "blank", shape, compute.precision().scalarType(), compute.deviceName());
        List<Attached> attached = new ArrayList<>();
        Attachment factors = beside.attach(arena, compute, linears);
        for (int i = 0; i < linears.size(); i++) {
            NDArray made = linears.get(i).bias();
            if (made != null && !own) {
                Kernels.get().call(arena, "copied_into", row(arena, frozen, i), made);
            }
            attached.add(factors.layers().get(i).with(row(arena, read, i), row(arena, bias.gradient(), i)));
        }
        return new Attachment(
                attached,
                step -> {
                    factors.materialize().accept(step);
                    Kernels.get().call(step, "fold_biases", frozen, bias.value(), scale, read);
                },
                step -> {
                    factors.backward().accept(step);
                    Kernels.get().call(step, "pull_back_plain", bias.gradient(), scale);
                });
    }

    private static NDArray row(Arena arena, NDArray array, int i) {
        return Kernels.get().one(arena, "row", array, i);
    }
}
