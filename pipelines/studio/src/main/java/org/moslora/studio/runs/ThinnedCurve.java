package org.moslora.studio.runs;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;

/** Thins long series so that what stands out stays: of every stretch its lowest and its highest value, and both ends. */
final class ThinnedCurve {
    private static final MathContext DIGITS = new MathContext(7);

    private ThinnedCurve() {}

    /** Steps and values as two lists. */
    static JsonObject thinned(int[] steps, double[] values, int from, int to, int most) {
        JsonArray x = new JsonArray();
        JsonArray y = new JsonArray();
        for (int i : kept(values, from, to, most)) {
            if (Double.isFinite(values[i])) {
                x.add(steps[i]);
                y.add(new BigDecimal(values[i]).round(DIGITS).doubleValue());
            }
        }
        JsonObject curve = new JsonObject();
        curve.add("x", x);
        curve.add("y", y);
        return curve;
    }

    /** The places that stay, ascending. */
    static int[] kept(double[] values, int from, int to, int most) {
        int count = to - from;
        if (count <= most) {
            int[] all = new int[Math.max(0, count)];
            Arrays.setAll(all, i -> from + i);
            return all;
        }
        int stretches = most / 2 - 1;
        int[] kept = new int[most];
        int size = 0;
        kept[size++] = from;
        for (int stretch = 0; stretch < stretches; stretch++) {
            int begin = from + 1 + (int) ((long) (count - 2) * stretch / stretches);
            int end = from + 1 + (int) ((long) (count - 2) * (stretch + 1) / stretches);
            int low = begin;
            int high = begin;
            for (int i = begin; i < end; i++) {
                low = values[i] < values[low] || Double.isNaN(values[low]) ? i : low;
                high = values[i] > values[high] || Double.isNaN(values[high]) ? i : high;
            }
            kept[size++] = Math.min(low, high);
            if (low != high) {
                kept[size++] = Math.max(low, high);
            }
        }
        kept[size++] = to - 1;
        return Arrays.copyOf(kept, size);
    }
}
