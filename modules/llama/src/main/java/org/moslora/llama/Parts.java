package org.moslora.llama;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.FrozenTensors;
import org.moslora.layers.Linear;
import org.moslora.layers.Linears;
import org.moslora.layers.Plain;
import org.moslora.layers.Site;

/**
 * What the parts of a model are built with: weights by name, and the seam through which every tensor goes.
 *
 * @param weights the folder's tensors
 * @param linears sees every linear and every other tensor as it is made
 * @param arena owns whatever lives as long as the model
 * @param compute where and how the model computes
 * @param none stands for an absent array
 */
public record Parts(FrozenTensors weights, Linears linears, Arena arena, Compute compute, NDArray none) {
    /** A tensor by name that belongs to no linear. */
    public Plain tensor(String name) {
        Plain tensor = new Plain(name, weights.get(name));
        linears.made(tensor);
        return tensor;
    }

    /** The one place where a linear is made. */
    public Linear linear(String path, boolean biased) {
        List<Long> shape = weights.shape(path + ".weight");
        Site site = new Site(path, shape.get(1), shape.get(0), biased);
        Linear linear = weights.linear(site, path + ".weight", biased ? path + ".bias" : null);
        linears.made(linear);
        return linear;
    }

    /** The embedding table, which goes through the seam too. */
    public Linear embedding(String path) {
        List<Long> shape = weights.shape(path + ".weight");
        Site site = Site.embedding(path, shape.get(0), shape.get(1));
        Linear table = new Linear(site, weights.get(path + ".weight"), null);
        linears.made(table);
        return table;
    }
}
