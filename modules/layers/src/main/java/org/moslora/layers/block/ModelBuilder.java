package org.moslora.layers.block;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.BlockTensors;
import org.moslora.layers.Compute;
import org.moslora.layers.FrozenTensors;
import org.moslora.layers.Linear;
import org.moslora.layers.Linears;
import org.moslora.layers.OtherTensor;
import org.moslora.layers.Site;
import org.moslora.tensors.WeightSource;

/**
 * What a model is built with: weights by name, mapped where they can be, and the seam through which every tensor goes,
 * in the order in which they are asked for.
 */
public final class ModelBuilder {
    private final String component;
    private final WeightSource source;
    private final Set<String> names;
    private final FrozenTensors weights;
    private final Linears linears;
    private final Arena arena;
    private final Compute compute;
    private final NDArray none;

    /**
     * A builder of a component, or of another part of a model that is there.
     *
     * @param component what the paths of its sites begin with, such as {@code unet.}, while the weights' names lack it;
     *     or nothing
     * @param linears sees every linear and every other tensor as it is made
     * @param arena owns whatever lives as long as the model
     */
    public ModelBuilder(String component, WeightSource source, Linears linears, Arena arena, Compute compute) {
        this.component = component;
        this.source = source;
        this.names = Set.copyOf(source.names());
        this.weights = new FrozenTensors(source, arena, compute);
        this.linears = linears;
        this.arena = arena;
        this.compute = compute;
        this.none = arena.none();
    }

    /** A builder with an arena of its own, which {@link Model#close} closes. */
    public static ModelBuilder open(String component, WeightSource source, Linears linears, Compute compute) {
        return new ModelBuilder(component, source, linears, Arena.open(compute), compute);
    }

    /** Where and in which format the model computes. */
    public Compute compute() {
        return compute;
    }

    /** The arena of whatever lives as long as the model. */
    public Arena arena() {
        return arena;
    }

    /** An array without entries: how kernels are told that something is absent. */
    public NDArray none() {
        return none;
    }

    /** A tensor in the model's format that belongs to no linear. */
    public OtherTensor tensor(String name) {
        return made(new OtherTensor(component + name, weights.get(name)));
    }

    /** A tensor in the model's format that is never trained, whatever else is. */
    public NDArray buffer(String name) {
        return weights.get(name);
    }

    /** Says that there is a tensor that comes from elsewhere. */
    public OtherTensor made(OtherTensor tensor) {
        linears.made(tensor);
        return tensor;
    }

    /** Weight and bias of each norm, in this order. */
    public List<OtherTensor> norms(String... paths) {
        List<OtherTensor> norms = new ArrayList<>();
        for (String path : paths) {
            norms.add(tensor(path + ".weight"));
            norms.add(tensor(path + ".bias"));
        }
        return norms;
    }

    /** What stands in a block for a tensor that a model lacks. */
    public OtherTensor absent() {
        return OtherTensor.absent(none);
    }

    /** A linear or convolution, by the shape of its weight; with a bias where there is one. */
    public Linear linear(String path) {
        boolean biased = names.contains(path + ".bias");
        List<Long> shape = source.info(path + ".weight").shape();
        long inputs = shape.stream().skip(1).reduce(1L, (a, b) -> a * b);
        Site site = new Site(component + path, inputs, shape.get(0), biased, shape.subList(2, shape.size()));
        return made(weights.linear(site, path + ".weight", biased ? path + ".bias" : null));
    }

    /** A linear, or what stands for it in a block where {@code path} is null. */
    public Linear optional(@Nullable String path) {
        return path == null ? new Linear(new Site("", 0, 0, false), none, null) : linear(path);
    }

    /** An embedding table. */
    public Linear embedding(String path) {
        List<Long> shape = source.info(path + ".weight").shape();
        Site site = Site.embedding(component + path, shape.get(0), shape.get(1));
        return made(new Linear(site, weights.get(path + ".weight"), null));
    }

    private Linear made(Linear linear) {
        linears.made(linear);
        return linear;
    }

    /** The tensors of one block as its kernels index them. */
    public BlockTensors tensors(List<OtherTensor> plain, Linear... inOrder) {
        return new BlockTensors(arena, plain, List.of(inOrder));
    }

    /**
     * A block that is a pair of kernels.
     *
     * @param kernel their name, before {@code _forward} and {@code _backward}
     * @param constants what both take besides tensors and the context
     */
    public <P> KernelBlock<P> block(String kernel, BlockTensors tensors, List<?> constants, Context<P> context) {
        return new KernelBlock<>(kernel, tensors, compute.precision().bytes(), constants, context);
    }
}
