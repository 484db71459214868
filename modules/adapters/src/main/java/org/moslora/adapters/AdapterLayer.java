package org.moslora.adapters;

import org.jspecify.annotations.Nullable;
import org.moslora.adapters.form.Factorization;
import org.moslora.adapters.form.KroneckerFactorization;
import org.moslora.adapters.form.LayerDelta;
import org.moslora.adapters.form.LowRankFactorization;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.layers.Site;

/**
 * One layer of an adapter on disk.
 *
 * @param path the linear, convolution or embedding table that it belongs to, canonical
 * @param update what it does to that layer's weight
 */
public record AdapterLayer(String path, LayerDelta update) {
    /** How its factors make a change of the weight. */
    public Factorization form() {
        return update.form();
    }

    /** The kind of adapter that it is a layer of, whatever stands beside its factors. */
    public AdapterKind kind() {
        return AdapterKind.ofPeftType(form().kind().peftType()).orElseThrow();
    }

    /** Rank of its factors. */
    public int rank() {
        return form().rank();
    }

    /** Factor of the change. */
    public double scale() {
        return update.scale();
    }

    /** Its scale times its rank. */
    public double alpha() {
        return alpha(scale(), rank());
    }

    /** What was divided by a rank or its root, as it was before. */
    static double alpha(double scale, double divisor) {
        double alpha = scale * divisor;
        double near = Math.rint(alpha * 1e6) / 1e6;
        return Math.abs(alpha - near) < 1e-12 * Math.abs(alpha) ? near : alpha;
    }

    /** Width of x; of a convolution its channels times the places of its kernel. */
    public long inputs() {
        return form().inputs();
    }

    /** Width of y. */
    public long outputs() {
        return form().outputs();
    }

    /** Whether a core stands on the kernel's places, which no training here has. */
    boolean isCored() {
        return form() instanceof LowRankFactorization low && low.core() != null;
    }

    /** The file's key of MoSLoRA's mixer, or null. */
    public @Nullable String mixer() {
        return form() instanceof LowRankFactorization low && low.mixer() != null
                ? low.mixer().key()
                : null;
    }

    /** Whether it is LoKr without a factor that has a rank. */
    boolean isWhole() {
        return form() instanceof KroneckerFactorization lokr && lokr.isWhole();
    }

    /** Whether the layer can sit there. A matrix fits a 1×1 convolution and the other way round. */
    boolean fits(Site site) {
        long places = site.kernel().stream().reduce(1L, (a, b) -> a * b);
        return form().isEmbedding() == site.isEmbedding()
                && inputs() == site.inputs()
                && outputs() == site.outputs()
                && form().suits(places);
    }
}
