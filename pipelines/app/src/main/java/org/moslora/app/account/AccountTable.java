package org.moslora.app.account;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where the time of a piece of work went, and how long its products, convolutions and attentions take alone.
 *
 * @param measured the work
 * @param spent CPU seconds of each kind
 * @param alone the same operations by themselves, in the fastest layout, of kinds that have such
 */
record AccountTable(Measured measured, Map<TimeKind, Double> spent, Map<TimeKind, Double> alone) {
    /** Counts up what was traced and runs its heavy operations alone. */
    static AccountTable of(Measured measured, AloneTimes times) {
        Map<TimeKind, Double> spent = new EnumMap<>(TimeKind.class);
        Map<TimeKind, Double> alone = new EnumMap<>(TimeKind.class);
        List<OperationGroup> groups = OperationGroup.of(measured.traced(), measured.rank());
        for (OperationGroup group : groups) {
            spent.merge(group.kind(), group.all() * measured.cpuShare() / measured.times(), Double::sum);
            if (group.kind().isWhole()) {
                double each = Math.min(times.of(group, measured.cpuShare()), group.one() * measured.cpuShare());
                alone.merge(group.kind(), each * group.durations().size() / measured.times(), Double::sum);
            }
        }
        spent.put(TimeKind.REST, 0.0);
        double counted =
                spent.values().stream().mapToDouble(Double::doubleValue).sum();
        spent.put(TimeKind.REST, Math.max(0, measured.cpuSeconds() - counted));
        return new AccountTable(measured, spent, alone);
    }

    /** What the work is against the limit. */
    double overLimit() {
        return measured.cpuSeconds()
                / alone.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /** A row for each kind. */
    String markdown() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(Locale.ROOT, "| %s | CPU s | share | alone |%n|---|---|---|---|%n", measured.what()));
        for (TimeKind kind : TimeKind.values()) {
            double seconds = spent.getOrDefault(kind, 0.0);
            String limit = kind.isWhole() ? seconds(alone.getOrDefault(kind, 0.0)) : "";
            text.append(row(kind.spelling(), seconds, limit));
        }
        double limit = alone.values().stream().mapToDouble(Double::doubleValue).sum();
        text.append(row("all", measured.cpuSeconds(), seconds(limit)));
        text.append(String.format(Locale.ROOT, "%nall over alone: %.2f%n", overLimit()));
        return text.toString();
    }

    private String row(String name, double seconds, String limit) {
        double share = 100 * seconds / measured.cpuSeconds();
        return String.format(Locale.ROOT, "| %s | %s | %.0f %% | %s |%n", name, seconds(seconds), share, limit);
    }

    private static String seconds(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
