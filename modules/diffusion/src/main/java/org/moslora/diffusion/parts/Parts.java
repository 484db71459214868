package org.moslora.diffusion.parts;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.FrozenTensors;
import org.moslora.layers.Linear;
import org.moslora.layers.Linears;
import org.moslora.layers.Plain;
import org.moslora.layers.Site;
import org.moslora.tensors.WeightSource;

/**
 * What a model is built with: weights by name, and the seam through which every tensor goes. Closing it
 * lets go of the blocks' lists, which would hold their tensors beyond the arena's end.
 */
public final class Parts implements AutoCloseable {
    private final String component;
    private final WeightSource source;
    private final FrozenTensors weights;
    private final Linears linears;
    private final Compute compute;
    private final NDArray none;
    private final List<BlockTensors> blocks = new ArrayList<>();

    /**
     * Parts of one component.
     *
     * @param component what the paths of its sites begin with, such as {@code unet.}; the weights' names lack it
     * @param arena owns the weights
     */
    public Parts(String component, WeightSource source, Linears linears, Arena arena, Compute compute) {
        this.component = component;
        this.source = source;
        this.weights = new FrozenTensors(source, arena, compute);
        this.linears = linears;
        this.compute = compute;
        this.none = arena.none();
    }

    /** Where and in which format the model computes. */
    public Compute compute() {
        return compute;
    }

    /** Bytes of one number of the model's format. */
    public int bytes() {
        return compute.precision().bytes();
    }

    /** An array without entries: how kernels are told that something is absent. */
    public NDArray none() {
        return none;
    }

    /** A tensor in the model's format that belongs to no linear. */
    public Plain tensor(String name) {
        Plain tensor = new Plain(component + name, weights.get(name));
        linears.made(tensor);
        return tensor;
    }

    /** Weight and bias of each norm, in this order. */
    public List<Plain> norms(String... paths) {
        return List.of(paths).stream()
                .flatMap(path -> List.of(tensor(path + ".weight"), tensor(path + ".bias")).stream())
                .toList();
    }

    /** A linear or convolution, by the shape of its weight; with a bias where there is one. */
    public Linear linear(String path) {
        String bias = path + ".bias";
        boolean biased = source.names().contains(bias);
        List<Long> shape = source.info(path + ".weight").shape();
        long inputs = shape.stream().skip(1).reduce(1L, (a, b) -> a * b);
        Site site = new Site(component + path, inputs, shape.get(0), biased, shape.subList(2, shape.size()));
        Linear linear = weights.linear(site, path + ".weight", biased ? bias : null);
        linears.made(linear);
        return linear;
    }

    /** A linear, or what stands for it in a kernel's list where {@code path} is null. */
    public Linear optional(@Nullable String path) {
        return path == null ? new Linear(new Site("", 0, 0, false), none, null) : linear(path);
    }

    /** The tensors of one block: plain ones first, then weight and bias of each linear. */
    public BlockTensors block(List<Plain> plain, Linear... inOrder) {
        BlockTensors block = new BlockTensors(plain, List.of(inOrder), none);
        blocks.add(block);
        return block;
    }

    @Override
    public void close() {
        blocks.forEach(BlockTensors::close);
    }
}
