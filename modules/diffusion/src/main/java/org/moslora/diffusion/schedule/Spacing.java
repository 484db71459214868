package org.moslora.diffusion.schedule;

import java.util.Arrays;
import java.util.List;

/** How a few timesteps are chosen among all; table 2 of Lin and others, arXiv 2305.08891. */
enum Spacing {
    LEADING,
    LINSPACE,
    TRAILING;

    static final List<String> SPELLINGS = List.of("leading", "linspace", "trailing");

    static Spacing named(String spelling) {
        return values()[SPELLINGS.indexOf(spelling)];
    }

    /** The timesteps of a run, from the noisiest down. */
    double[] of(int timesteps, int count, int offset) {
        return switch (this) {
            case LINSPACE -> descending(Numeric.linspace(0, timesteps - 1, count));
            case LEADING -> multiples(count, timesteps / count, offset, 0);
            case TRAILING -> Numeric.trailing(timesteps, (double) timesteps / count);
        };
    }

    /** The same, rounded to whole timesteps as NumPy rounds. */
    int[] whole(int timesteps, int count, int offset) {
        return rounded(of(timesteps, count, offset));
    }

    /** DPM-Solver's: one more point than steps, of which the one without noise is left out. */
    int[] withEnd(int timesteps, int last, int count, int offset) {
        return switch (this) {
            case LINSPACE -> Arrays.copyOf(rounded(descending(Numeric.linspace(0, last - 1, count + 1))), count);
            case LEADING -> rounded(multiples(count + 1, last / (count + 1), offset, 1));
            case TRAILING -> rounded(Numeric.trailing(last, (double) timesteps / count));
        };
    }

    private static double[] multiples(int count, int ratio, int offset, int from) {
        double[] values = new double[count - from];
        for (int i = 0; i < values.length; i++) {
            values[i] = (double) (count - 1 - i) * ratio + offset;
        }
        return values;
    }

    private static double[] descending(double[] ascending) {
        double[] values = new double[ascending.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = ascending[values.length - 1 - i];
        }
        return values;
    }

    private static int[] rounded(double[] values) {
        return Arrays.stream(values).mapToInt(value -> (int) Math.rint(value)).toArray();
    }
}
