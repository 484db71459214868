package org.moslora.llama;

import ai.djl.ndarray.NDArray;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.FrozenTensors;
import org.moslora.layers.Linear;
import org.moslora.layers.Linears;
import org.moslora.layers.Site;

/**
 * What the parts of a model are built with: weights by name, and the seam through which every linear goes.
 *
 * @param weights the folder's tensors
 * @param linears sees every linear as it is made
 * @param arena owns whatever lives as long as the model
 * @param compute where and how the model computes
 * @param none stands for an absent array
 */
public record Parts(FrozenTensors weights, Linears linears, Arena arena, Compute compute, NDArray none) {
    /** A frozen tensor by name. */
    public NDArray tensor(String name) {
        return weights.get(name);
    }

    /** The one place where a linear is made. */
    public Linear linear(String path, boolean biased) {
        NDArray weight = weights.get(path + ".weight");
        long outputs = weight.getShape().get(0);
        long inputs = weight.getShape().get(1);
        Linear linear = new Linear(
                new Site(path, inputs, outputs, biased), weight, biased ? weights.get(path + ".bias") : null);
        linears.made(linear);
        return linear;
    }
}
