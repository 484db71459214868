package org.moslora.layers;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One linear layer, convolution or embedding table as the kernels see it: a weight that is frozen unless {@link #train}
 * was called, and what an adapter changes of it when one sits on it. A model makes it through {@link Linears} and reads
 * it; only adapters write to it, between two runs of the model.
 */
public final class Linear {
    private final Site site;
    private final @Nullable NDArray madeBias;
    private Held made;
    private int changes;
    private Held held;
    private @Nullable NDArray bias;
    private @Nullable AdapterDelta adapter;
    private @Nullable AdapterDelta gradient;
    private double dropout;
    private @Nullable NDArray weightGradient;
    private @Nullable NDArray biasGradient;

    /**
     * How a weight is held.
     *
     * @param array itself, or its codes, or a window onto its file
     * @param codes what else it takes to unpack it, or null
     * @param offloaded what brings it, or null
     */
    private record Held(
            NDArray array,
            @Nullable Quantised codes,
            @Nullable OffloadedWeight offloaded) {
        static Held plainly(NDArray weight) {
            return new Held(weight, null, null);
        }

        boolean isPlain() {
            return codes == null && offloaded == null;
        }
    }

    /**
     * A frozen layer without adapter.
     *
     * @param weight [outputs, inputs]; of a convolution [outputs, channels, height, width]; of a table [inputs, outputs]
     * @param bias [outputs], or null
     */
    public Linear(Site site, NDArray weight, @Nullable NDArray bias) {
        this(site, Held.plainly(weight), bias);
    }

    /**
     * A frozen layer whose weight is held in codes.
     *
     * @param bias [outputs], or null
     */
    public Linear(Site site, Quantised weight, @Nullable NDArray bias) {
        this(site, new Held(weight.codes(), weight, null), bias);
    }

    /** A frozen layer whose weight is brought when its block runs. */
    Linear(Site site, OffloadedWeight weight, @Nullable NDArray bias) {
        this(site, new Held(weight.mapped(), null, weight), bias);
    }

    private Linear(Site site, Held weight, @Nullable NDArray bias) {
        this.site = site;
        this.made = weight;
        this.held = weight;
        this.madeBias = bias;
        this.bias = bias;
    }

    /** Which layer this is. */
    public Site site() {
        return site;
    }

    /**
     * [outputs, inputs]; of a convolution [outputs, channels, height, width]; of a table [inputs, outputs].
     *
     * @throws IllegalStateException when it is {@link #quantised} or offloaded
     */
    public NDArray weight() {
        if (!held.isPlain()) {
            throw new IllegalStateException(site.path() + " is held in codes or elsewhere");
        }
        return held.array();
    }

    /** How the weight is held where it is no plain array, or null. */
    public @Nullable Quantised quantised() {
        return held.codes();
    }

    /**
     * The weight as a plain array, unpacked where it is {@link #quantised} and brought where it is offloaded.
     *
     * @param arena owns what is unpacked or brought
     */
    public NDArray weightIn(Arena arena) {
        OffloadedWeight offloaded = held.offloaded();
        Quantised codes = held.codes();
        return offloaded != null
                ? offloaded.in(arena)
                : codes != null ? unpacked(arena, codes, arena.none()) : held.array();
    }

    static NDArray unpacked(Arena arena, Quantised held, NDArray none) {
        List<NDArray> list = new ArrayList<>(List.of(held.codes(), none));
        list.addAll(held.places(none));
        return Kernels.get().one(arena, "unpacked", list);
    }

    /**
     * Has an offloaded weight stay from now on.
     *
     * @param arena owns it
     */
    public void stay(Arena arena) {
        OffloadedWeight offloaded = made.offloaded();
        if (offloaded != null) {
            changes++;
            boolean asMade = held.offloaded() != null;
            made = Held.plainly(offloaded.in(arena));
            held = asMade ? made : held;
        }
    }

    NDArray kernelWeight() {
        return held.array();
    }

    /** What brings the weight, where it is not there between two blocks. */
    @Nullable
    OffloadedWeight offloaded() {
        return held.offloaded();
    }

    /** [outputs], or null. */
    public @Nullable NDArray bias() {
        return bias;
    }

    /** What is added to the weight, or null. */
    public @Nullable AdapterDelta adapter() {
        return adapter;
    }

    /** Where kernels add the gradient of {@link #adapter}, in fp32; null when it is not trained. */
    public @Nullable AdapterDelta gradient() {
        return gradient;
    }

    /** Where kernels add the gradient of the weight, in fp32; null when it is frozen. */
    public @Nullable NDArray weightGradient() {
        return weightGradient;
    }

    /** Where kernels add the gradient of the bias, in fp32; null when it is frozen or absent. */
    public @Nullable NDArray biasGradient() {
        return biasGradient;
    }

    /** Whether anything of this layer learns, so that a backward pass must reach it. */
    public boolean learns() {
        return gradient != null || weightGradient != null;
    }

    /** The share of x that the adapter does not see while it is trained. */
    public double dropout() {
        return dropout;
    }

    /** How often anything about this layer has changed: what was gathered before is out of date after. */
    int changes() {
        return changes;
    }

    /** Takes an adapter off that is not trained: the layer is as it was made. */
    public void restore() {
        changes++;
        this.held = made;
        this.bias = madeBias;
        this.adapter = null;
    }

    /**
     * Leaves out all that is trained here: the layer is as it was made.
     *
     * @return puts it back
     */
    public Runnable suspend() {
        Held own = held;
        NDArray ownBias = bias;
        AdapterDelta ownAdapter = adapter;
        AdapterDelta ownGradient = gradient;
        NDArray ownWeightGradient = weightGradient;
        NDArray ownBiasGradient = biasGradient;
        restore();
        this.gradient = null;
        this.weightGradient = null;
        this.biasGradient = null;
        return () -> {
            changes++;
            this.held = own;
            this.bias = ownBias;
            this.adapter = ownAdapter;
            this.gradient = ownGradient;
            this.weightGradient = ownWeightGradient;
            this.biasGradient = ownBiasGradient;
        };
    }

    /** Puts an adapter on that is used but not trained. */
    public void adapt(AdapterDelta delta) {
        changes++;
        this.adapter = delta;
    }

    /** Puts an adapter on that is trained, with dropout on its input. */
    public void adapt(AdapterDelta delta, AdapterDelta gradients, double share) {
        changes++;
        this.adapter = delta;
        this.gradient = gradients;
        this.dropout = share;
    }

    /** Sets the share of x that the adapter does not see from now on. */
    public void drop(double share) {
        if (share != dropout) {
            changes++;
            this.dropout = share;
        }
    }

    /** Puts another bias in place that stays frozen; the layer may have had none. */
    public void shift(NDArray otherBias) {
        changes++;
        this.bias = otherBias;
    }

    /** Puts a trained bias in place, beside an adapter that is trained; the layer may have had none. */
    public void trainBias(NDArray newBias, NDArray gradientOfBias) {
        changes++;
        this.bias = newBias;
        this.biasGradient = gradientOfBias;
    }

    /** Replaces weight and bias by others that stay frozen, such as those of a trained projector. */
    public void replace(NDArray otherWeight, @Nullable NDArray otherBias) {
        changes++;
        this.held = Held.plainly(otherWeight);
        this.bias = otherBias;
    }

    /** Replaces weight and bias by trained ones that gather their gradients. */
    public void train(
            NDArray newWeight, NDArray gradientOfWeight, @Nullable NDArray newBias, @Nullable NDArray gradientOfBias) {
        changes++;
        this.held = Held.plainly(newWeight);
        this.weightGradient = gradientOfWeight;
        this.bias = newBias;
        this.biasGradient = gradientOfBias;
    }
}
