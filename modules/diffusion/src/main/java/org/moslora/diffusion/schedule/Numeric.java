package org.moslora.diffusion.schedule;

/** The few array functions of NumPy and PyTorch that noise schedules are made with, rounding as they do. */
final class Numeric {
    private Numeric() {}

    /** {@code numpy.linspace} in double precision. */
    static double[] linspace(double start, double stop, int count) {
        double[] values = new double[count];
        double step = count > 1 ? (stop - start) / (count - 1) : 0;
        for (int i = 0; i < count; i++) {
            values[i] = i * step + start;
        }
        if (count > 1) {
            values[count - 1] = stop;
        }
        return values;
    }

    /** {@code torch.linspace} in single precision, which counts from the nearer end. */
    static float[] singleLinspace(double start, double stop, int count) {
        float low = (float) start;
        float high = (float) stop;
        float[] values = new float[count];
        float step = count > 1 ? (high - low) / (count - 1) : 0f;
        for (int i = 0; i < count; i++) {
            values[i] = i < count / 2 ? low + step * i : high - step * (count - i - 1);
        }
        if (count == 1) {
            values[0] = low;
        }
        return values;
    }

    /**
     * {@code numpy.arange(last, 0, -ratio).round() - 1}, from the high end down. For some counts NumPy's own rounding
     * adds one value below 0 at the end, for which there is no noise level; it is left out.
     */
    static double[] trailing(int last, double ratio) {
        int count = (int) Math.ceil(last / ratio);
        double delta = (last - ratio) - last;
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = Math.rint(last + i * delta) - 1;
        }
        return count > 1 && values[count - 1] < 0 ? java.util.Arrays.copyOf(values, count - 1) : values;
    }

    /** {@code numpy.interp} over the indices of a table. */
    static double interpolate(float[] table, double at) {
        int low = (int) Math.floor(at);
        if (low >= table.length - 1) {
            return table[table.length - 1];
        }
        return low < 0 ? table[0] : (table[low + 1] - (double) table[low]) * (at - low) + table[low];
    }

    /** {@code torch.cumprod} in single precision, which multiplies in double. */
    static float[] products(float[] factors) {
        float[] products = new float[factors.length];
        double product = 1;
        for (int i = 0; i < factors.length; i++) {
            product *= factors[i];
            products[i] = (float) product;
        }
        return products;
    }

    static float[] reversed(float[] values) {
        float[] reversed = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            reversed[i] = values[values.length - 1 - i];
        }
        return reversed;
    }

    static float sqrt(float value) {
        return (float) Math.sqrt(value);
    }
}
