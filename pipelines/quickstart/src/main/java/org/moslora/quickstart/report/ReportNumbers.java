package org.moslora.quickstart.report;

import java.util.Locale;

/** Numbers as the page shows them. */
final class ReportNumbers {
    private ReportNumbers() {}

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    /** 1,234,567. */
    static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** 0.16 M, 6.5 M. */
    static String millions(long count) {
        return String.format(Locale.ROOT, count < 1_000_000 ? "%.2f M" : "%.1f M", count / 1e6);
    }

    /** 42 s, 3 min 20 s. */
    static String time(double seconds) {
        long whole = Math.round(seconds);
        return whole < 60
                ? String.format(Locale.ROOT, seconds < 10 ? "%.1f s" : "%.0f s", seconds)
                : whole / 60 + " min " + whole % 60 + " s";
    }

    /** A length in a drawing. */
    static String length(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
