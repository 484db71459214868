package org.moslora.compare;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One training.
 *
 * @param rank null: the recipe's
 * @param rate null: the recipe's
 * @param rows null: all
 */
record Trial(
        Variant variant,
        @Nullable Integer rank,
        @Nullable Integer rows,
        @Nullable Double rate,
        long seed) {
    /** What is averaged over seeds. */
    record Place(
            String variant,
            @Nullable Integer rank,
            @Nullable Integer rows,
            @Nullable Double rate) {
        /** The same place whatever the rate. */
        Place withoutRate() {
            return new Place(variant, rank, rows, null);
        }
    }

    Place place() {
        return new Place(variant.name(), rank, rows, rate);
    }

    /** The name of its folder. */
    String id() {
        StringBuilder id = new StringBuilder(variant.name());
        if (rank != null) {
            id.append("-r").append(rank);
        }
        if (rows != null) {
            id.append("-n").append(rows);
        }
        if (rate != null) {
            id.append("-lr").append(rate(rate));
        }
        return id.append("-s").append(seed).toString();
    }

    /** What it changes in the recipe, but for its data. */
    List<String> overrides() {
        List<String> overrides = new ArrayList<>(variant.keys());
        if (rank != null) {
            overrides.add("adapter.rank=" + rank);
        }
        if (rate != null) {
            overrides.add("training.learning_rate=" + rate(rate));
        }
        overrides.add("training.seed=" + seed);
        return overrides;
    }

    /** As short as it is exact: 3e-3. */
    static String rate(double rate) {
        BigDecimal exact = new BigDecimal(Double.toString(rate)).stripTrailingZeros();
        String digits = exact.unscaledValue().toString();
        String rest = digits.length() > 1 ? "." + digits.substring(1) : "";
        return digits.charAt(0) + rest + "e" + (exact.precision() - exact.scale() - 1);
    }
}
