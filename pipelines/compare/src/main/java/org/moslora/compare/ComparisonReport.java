package org.moslora.compare;

import com.google.gson.GsonBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.moslora.console.progress.ShellCommand;
import org.moslora.tensors.DurableFiles;

/**
 * A comparison as Markdown, CSV, JSON and plots.
 *
 * @param metrics what was scored, the one that rates were chosen by first
 * @param standings of the first score, then of the next
 * @param done every trial, in the order in which they were trained
 */
record ComparisonReport(
        ComparisonTask task, List<Metric> metrics, List<LeaderboardRow> standings, List<Trial> done, Trials trials) {
    void write() {
        Path folder = task.output();
        DurableFiles.writeString(
                folder.resolve("comparison.md"), new Markdown(task, metrics, standings, done, trials).text());
        DurableFiles.writeString(folder.resolve("comparison.csv"), csv(rows()));
        DurableFiles.writeString(folder.resolve("trials.csv"), csv(trialRows()));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("metric", metrics.get(0).word());
        json.put("baseline", task.block().base());
        json.put("seeds", task.block().seeds());
        json.put("rows", rows());
        json.put("trials", trialRows());
        DurableFiles.writeString(
                folder.resolve("comparison.json"),
                new GsonBuilder()
                                .setPrettyPrinting()
                                .disableHtmlEscaping()
                                .serializeNulls()
                                .create()
                                .toJson(json) + "\n");
        new Plots(task, metrics, standings, done, trials).draw();
    }

    private List<Map<String, @Nullable Object>> rows() {
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        for (LeaderboardRow ranked : standings) {
            Sample difference = ranked.difference();
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            row.put("score", ranked.metric().word());
            place(row, ranked.place());
            row.put("seeds", ranked.test().size());
            row.put("validation_mean", finite(ranked.validation().mean()));
            row.put("test_mean", finite(ranked.test().mean()));
            row.put("test_standard_error", finite(ranked.test().standardError()));
            row.put("difference", difference == null ? null : finite(difference.mean()));
            row.put("difference_standard_error", difference == null ? null : finite(difference.standardError()));
            row.put("difference_margin_95", difference == null ? null : finite(difference.margin()));
            row.put("p", difference == null ? null : finite(difference.probability()));
            row.put("p_holm", finite(ranked.adjusted()));
            row.put("parameters", ranked.parameters());
            row.put("seconds", ranked.seconds());
            row.put("peak_rss_bytes", ranked.peakBytes());
            row.put("refused", ranked.refused());
            rows.add(row);
        }
        return rows;
    }

    private List<Map<String, @Nullable Object>> trialRows() {
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        for (Trial trial : done) {
            TrialResult result = trials.trained(trial);
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            row.put("trial", trial.id());
            place(row, trial.place());
            row.put("seed", trial.seed());
            row.put("validation", value(result.validation(), metrics.get(0)));
            row.put("test", value(result.test(), metrics.get(0)));
            metrics.stream().skip(1).forEach(metric -> row.put("test_" + metric.key(), value(result.test(), metric)));
            row.put("training_loss", result.trainingLoss());
            row.put("parameters", result.parameters());
            row.put("seconds", result.seconds());
            row.put("peak_rss_bytes", result.peakBytes());
            row.put("trained_by", ShellCommand.command(result.command()));
            row.put(
                    "scored_by",
                    result.test() == null
                            ? null
                            : ShellCommand.command(result.test().command()));
            rows.add(row);
        }
        return rows;
    }

    private static @Nullable Double value(@Nullable Score score, Metric metric) {
        return score == null ? null : score.of(metric);
    }

    private static void place(Map<String, @Nullable Object> row, Trial.Place place) {
        row.put("variant", place.variant());
        row.put("rank", place.rank());
        row.put("rows", place.rows());
        row.put("learning_rate", place.rate());
    }

    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    private static String csv(List<Map<String, @Nullable Object>> rows) {
        if (rows.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder(String.join(",", rows.get(0).keySet())).append('\n');
        for (Map<String, @Nullable Object> row : rows) {
            text.append(row.values().stream().map(ComparisonReport::quoted).collect(Collectors.joining(",")))
                    .append('\n');
        }
        return text.toString();
    }

    private static String quoted(@Nullable Object value) {
        String text = value == null ? "" : value.toString();
        return text.matches("[^,\"\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
