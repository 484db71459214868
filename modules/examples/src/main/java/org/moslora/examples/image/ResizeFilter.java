package org.moslora.examples.image;

/** How a resampled pixel weighs those around it; the same formulas as in Pillow's Resample.c. */
public enum ResizeFilter {
    /** A triangle two pixels wide. */
    BILINEAR(1.0),
    /** Keys' cubic with a = −0.5, four pixels wide. */
    BICUBIC(2.0),
    /** A sinc under the middle of another three times as wide, six pixels wide. */
    LANCZOS(3.0);

    private final double support;

    ResizeFilter(double support) {
        this.support = support;
    }

    /** Half the width, in pixels, when nothing shrinks. */
    double support() {
        return support;
    }

    double weight(double distance) {
        double x = Math.abs(distance);
        if (this == BILINEAR) {
            return x < 1.0 ? 1.0 - x : 0.0;
        }
        if (this == LANCZOS) {
            return x < 3.0 ? sinc(x) * sinc(x / 3) : 0.0;
        }
        double a = -0.5;
        if (x < 1.0) {
            return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
        }
        return x < 2.0 ? (((x - 5) * x + 8) * x - 4) * a : 0.0;
    }

    private static double sinc(double x) {
        return x == 0.0 ? 1.0 : Math.sin(x * Math.PI) / (x * Math.PI);
    }
}
