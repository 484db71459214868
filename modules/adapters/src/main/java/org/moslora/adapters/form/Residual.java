package org.moslora.adapters.form;

import ai.djl.ndarray.NDArray;
import java.util.Locale;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.problems.InvalidInput;

/**
 * What PEFT takes out of a layer's weight W before the adapter on it learns anything, and again whenever it loads the
 * adapter: s·B₀·A₀, found in W itself. The layer then is what is left plus s·B·A.
 */
public enum Residual {
    /** The part of the greatest singular values (Meng et al. 2024, arXiv:2404.02948). */
    PISSA("without_principal", "singular values on both sides of the rank"),
    /** s times what the first columns span (Büyükakyüz 2024, arXiv:2406.01775). */
    OLORA("without_leading", "first columns");

    /** Nearer than this to each other, float32 does not tell which directions PEFT has taken out. */
    private static final double CLEAR = 1e-5;

    private final String kernel;
    private final String decides;

    Residual(String kernel, String decides) {
        this.kernel = kernel;
        this.decides = decides;
    }

    /** What it is called in front of or instead of a kind: {@code pissa}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * W − s·B₀·A₀ in fp32, shaped like W.
     *
     * @param form of the adapter that was trained in place of what was taken out
     * @throws InvalidInput where W does not tell clearly enough what was taken out
     */
    NDArray of(Arena arena, NDArray weight, Factorization form, double scale) {
        NDArray[] left = Kernels.get().call(arena, kernel, weight, form.rank(), scale);
        double apart = left[1].toDoubleArray()[0];
        if (!(apart > CLEAR)) {
            throw new InvalidInput(
                    form.inner().source().origin().toString(),
                    form.inner().key() + " is " + label() + " of rank " + form.rank() + ", but the " + decides
                            + " of the base's weight are too alike (" + apart
                            + ") to tell what was taken out of it; where it was trained, save it as plain LoRA"
                            + " (path_initial_model_for_weight_conversion)");
        }
        return left[0];
    }
}
