package org.moslora.diffusion.schedule;

import java.util.List;

/** The noise that each training step adds, β₀ to β_{T−1}. */
enum Betas {
    /** Evenly spaced; Ho and others, arXiv 2006.11239. */
    LINEAR,
    /** Evenly spaced roots; latent diffusion, arXiv 2112.10752. */
    SCALED_LINEAR,
    /** A squared cosine of the signal left; Nichol and Dhariwal, arXiv 2102.09672. */
    SQUAREDCOS_CAP_V2;

    static final List<String> SPELLINGS = List.of("linear", "scaled_linear", "squaredcos_cap_v2");

    static Betas named(String spelling) {
        return values()[SPELLINGS.indexOf(spelling)];
    }

    float[] of(double start, double end, int count) {
        return switch (this) {
            case LINEAR -> Numeric.singleLinspace(start, end, count);
            case SCALED_LINEAR -> squared(Numeric.singleLinspace(Math.sqrt(start), Math.sqrt(end), count));
            case SQUAREDCOS_CAP_V2 -> cosine(count);
        };
    }

    private static float[] squared(float[] roots) {
        float[] betas = new float[roots.length];
        for (int i = 0; i < roots.length; i++) {
            betas[i] = roots[i] * roots[i];
        }
        return betas;
    }

    private static float[] cosine(int count) {
        float[] betas = new float[count];
        for (int i = 0; i < count; i++) {
            double left = left((i + 1.0) / count) / left((double) i / count);
            betas[i] = (float) Math.min(1 - left, 0.999);
        }
        return betas;
    }

    private static double left(double time) {
        double root = Math.cos((time + 0.008) / 1.008 * Math.PI / 2);
        return root * root;
    }

    /**
     * Shifts and scales √ᾱ so that the last step leaves no signal; Lin and others, arXiv 2305.08891, algorithm 1.
     */
    static float[] withoutTerminalSignal(float[] betas) {
        float[] roots = Numeric.products(alphas(betas));
        for (int i = 0; i < roots.length; i++) {
            roots[i] = Numeric.sqrt(roots[i]);
        }
        float first = roots[0];
        float last = roots[roots.length - 1];
        float scale = first / (first - last);
        float[] rescaled = new float[betas.length];
        float before = 1;
        for (int i = 0; i < roots.length; i++) {
            float root = (roots[i] - last) * scale;
            float product = root * root;
            rescaled[i] = 1 - (i == 0 ? product : product / before);
            before = product;
        }
        return rescaled;
    }

    static float[] alphas(float[] betas) {
        float[] alphas = new float[betas.length];
        for (int i = 0; i < betas.length; i++) {
            alphas[i] = 1 - betas[i];
        }
        return alphas;
    }
}
