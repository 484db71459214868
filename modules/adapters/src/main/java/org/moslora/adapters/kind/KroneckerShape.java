package org.moslora.adapters.kind;

import org.moslora.adapters.form.KroneckerFactorization;
import org.moslora.layers.Site;

/**
 * How LoKr splits a layer: ΔW = small ⊗ large with small [l, m] and large [k, n·places], outputs l·k, channels m·n, as
 * PEFT splits them (peft/tuners/lokr/layer.py).
 *
 * @param l rows of the small factor
 * @param k rows of the large one
 * @param m columns of the small factor
 * @param n channels of the large one
 * @param places of the layer's kernel, 1 for a linear
 * @param smallWhole whether the small factor is stored as it is, not as a product
 * @param largeWhole whether the large one is
 */
record KroneckerShape(long l, long k, long m, long n, long places, boolean smallWhole, boolean largeWhole) {
    static KroneckerShape of(Site site, int rank, LokrSettings settings) {
        long places = site.kernel().stream().reduce(1L, Math::multiplyExact);
        long channels = site.inputs() / places;
        long l = KroneckerFactorization.split(site.outputs(), settings.factor());
        long m = KroneckerFactorization.split(channels, settings.factor());
        long k = site.outputs() / l;
        long n = channels / m;
        boolean smallWhole = settings.fullMatrix() || !settings.decomposeBoth() || 2L * rank >= Math.max(l, m);
        boolean largeWhole = settings.fullMatrix() || 2L * rank >= Math.max(k, n);
        return new KroneckerShape(l, k, m, n, places, smallWhole, largeWhole);
    }

    /** Columns of the large factor. */
    long columns() {
        return n * places;
    }
}
