package org.moslora.compare;

import com.google.gson.GsonBuilder;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.moslora.tensors.DurableFiles;

/** A comparison as Markdown, CSV, JSON and plots. */
record Report(Task task, List<Standing> standings, List<Trial> done, Trials trials) {
    private static final double GIGA = 1L << 30;

    void write() {
        Path folder = task.output();
        DurableFiles.writeString(folder.resolve("comparison.md"), markdown());
        DurableFiles.writeString(folder.resolve("comparison.csv"), csv(rows()));
        DurableFiles.writeString(folder.resolve("trials.csv"), csv(trialRows()));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("metric", task.block().metric().word());
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
        new Plots(task, standings, done, trials).draw();
    }

    private String markdown() {
        CompareBlock block = task.block();
        StringBuilder text = new StringBuilder("# Comparison\n\n");
        text.append("`./moslora compare ").append(task.recipe().getFileName());
        task.overrides().forEach(given -> text.append(' ').append(given));
        text.append("`, ")
                .append(LocalDate.now(ZoneOffset.UTC))
                .append(", ")
                .append(machine())
                .append("\n\n");
        text.append(String.format(
                Locale.ROOT,
                "Score: %s, %s is better; mean ± standard error over seeds %s. The rate is the one with the best mean"
                        + " on validation data (seeds %s) of %s; scores are on test data. Difference: to %s with the same"
                        + " seed, with its 95 %% interval; p by a paired two-sided t test, corrected by Holm for all"
                        + " tests of this table in the last column.\n\n",
                block.metric().word(),
                block.metric().isHigherBetter() ? "more" : "less",
                list(block.seeds()),
                list(block.choosing()),
                block.learningRates().isEmpty()
                        ? "the recipe's alone"
                        : block.learningRates().stream().map(Trial::rate).collect(Collectors.joining(", ")),
                block.base()));
        text.append("| variant | rank | rows | rate | validation | test | difference | p | p (Holm) | parameters | s |"
                + " peak GiB |\n|---|---|---|---|---|---|---|---|---|---|---|---|\n");
        standings.forEach(standing -> text.append(line(standing)));
        text.append("\nEvery trial's command is in `trials/NAME.json`; running it again gives the same figures.\n");
        return text.toString();
    }

    private static String line(Standing row) {
        if (row.refused() != null) {
            return "| " + row.place().variant() + " | refused: " + row.refused().replace("|", "\\|") + " |"
                    + " |".repeat(10) + "\n";
        }
        Sample difference = row.difference();
        return "| "
                + String.join(
                        " | ",
                        row.place().variant(),
                        orRecipes(row.place().rank()),
                        row.place().rows() == null ? "all" : row.place().rows().toString(),
                        row.place().rate() == null
                                ? "recipe's"
                                : Trial.rate(row.place().rate()),
                        number("%.4f", row.validation().mean()),
                        spread(row.test()),
                        difference == null
                                ? ""
                                : String.format(Locale.ROOT, "%+.4f", difference.mean())
                                        + (Double.isNaN(difference.margin())
                                                ? ""
                                                : String.format(Locale.ROOT, " ± %.4f", difference.margin())),
                        difference == null ? "" : number("%.3f", difference.probability()),
                        difference == null ? "" : number("%.3f", row.adjusted()),
                        String.format(Locale.ROOT, "%,d", row.parameters()),
                        number("%.1f", row.seconds()),
                        number("%.2f", row.peakBytes() / GIGA))
                + " |\n";
    }

    private static String spread(Sample sample) {
        return number("%.4f", sample.mean())
                + (sample.size() < 2 ? "" : " ± " + number("%.4f", sample.standardError()));
    }

    private static String orRecipes(@Nullable Integer value) {
        return value == null ? "recipe's" : value.toString();
    }

    private static String number(String pattern, double value) {
        return Double.isNaN(value) ? "—" : String.format(Locale.ROOT, pattern, value);
    }

    private static String list(List<Long> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static String machine() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.availableProcessors() + " cores of " + System.getProperty("os.arch") + ", "
                + System.getProperty("os.name") + ", Java " + Runtime.version().feature();
    }

    private List<Map<String, @Nullable Object>> rows() {
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        for (Standing standing : standings) {
            Sample difference = standing.difference();
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            place(row, standing.place());
            row.put("seeds", standing.test().size());
            row.put("validation_mean", finite(standing.validation().mean()));
            row.put("test_mean", finite(standing.test().mean()));
            row.put("test_standard_error", finite(standing.test().standardError()));
            row.put("difference", difference == null ? null : finite(difference.mean()));
            row.put("difference_standard_error", difference == null ? null : finite(difference.standardError()));
            row.put("difference_margin_95", difference == null ? null : finite(difference.margin()));
            row.put("p", difference == null ? null : finite(difference.probability()));
            row.put("p_holm", finite(standing.adjusted()));
            row.put("parameters", standing.parameters());
            row.put("seconds", standing.seconds());
            row.put("peak_rss_bytes", standing.peakBytes());
            row.put("refused", standing.refused());
            rows.add(row);
        }
        return rows;
    }

    private List<Map<String, @Nullable Object>> trialRows() {
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        for (Trial trial : done) {
            Result result = trials.trained(trial);
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            row.put("trial", trial.id());
            place(row, trial.place());
            row.put("seed", trial.seed());
            row.put("validation", result.validation());
            row.put("test", result.test());
            row.put("training_loss", result.trainingLoss());
            row.put("parameters", result.parameters());
            row.put("seconds", result.seconds());
            row.put("peak_rss_bytes", result.peakBytes());
            rows.add(row);
        }
        return rows;
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
            text.append(row.values().stream().map(Report::quoted).collect(Collectors.joining(",")))
                    .append('\n');
        }
        return text.toString();
    }

    private static String quoted(@Nullable Object value) {
        String text = value == null ? "" : value.toString();
        return text.matches("[^,\"\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
