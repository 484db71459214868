package org.moslora.layers;

/**
 * How far two ways to compute the same numbers may be apart, as a share of the largest entry. The only place that says
 * so.
 */
final class Tolerance {
    /**
     * Both in float32, in another order: a few hundred roundings of 6e-8 that mostly cancel. What is really wrong
     * differs by more than a thousandth.
     */
    static final double FP32 = 1e-5;

    /**
     * bfloat16 keeps 8 bits: one rounding is 4e-3, and a block has about a dozen of them one after the other. A share
     * of the size of a whole tensor, or of all gradients of a kind: single ones are small differences of large numbers.
     */
    static final double BF16 = 2e-2;

    /**
     * A central difference of float32 numbers: a loss of a few hundred summands is exact to about 1e-6 of their size,
     * which dividing by twice the step makes 1e-4; the third derivative adds about as much. Gradients of wrong formulas
     * are off by their own size.
     */
    static final double DIFFERENCE = 5e-3;

    private Tolerance() {}
}
