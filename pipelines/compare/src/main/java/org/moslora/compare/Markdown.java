package org.moslora.compare;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.moslora.console.progress.ShellCommand;

/** The page of a comparison: what was done, a table a score, and how to do one trial again. */
record Markdown(
        ComparisonTask task, List<Metric> metrics, List<LeaderboardRow> standings, List<Trial> done, Trials trials) {
    private static final double GIGA = 1L << 30;
    /** What takes the place of a trial's folder in commands that a reader gives. */
    private static final String AGAIN = "again";

    String text() {
        StringBuilder text = new StringBuilder("# Comparison\n\n").append(head());
        for (Metric metric : metrics) {
            text.append(String.format(
                    "## %s\n\n%s; %s is better.\n\n",
                    capital(metric.word()), capital(metric.meaning()), metric.isHigherBetter() ? "more" : "less"));
            text.append(
                    "| variant | rank | rows | rate | validation | test | difference | p | p (Holm) | parameters | s |"
                            + " peak GiB |\n|---|---|---|---|---|---|---|---|---|---|---|---|\n");
            standings.stream().filter(ranked -> ranked.metric() == metric).forEach(ranked -> text.append(line(ranked)));
            text.append('\n');
        }
        return text.append(again()).toString();
    }

    private String head() {
        CompareBlock block = task.block();
        StringBuilder text = new StringBuilder();
        text.append("`./moslora compare ").append(task.recipe().getFileName());
        task.overrides().forEach(given -> text.append(' ').append(given));
        text.append("`, ")
                .append(LocalDate.now(ZoneOffset.UTC))
                .append(", ")
                .append(machine())
                .append("\n\n");
        return text.append(String.format(
                        Locale.ROOT,
                        "Mean ± standard error over seeds %s. The rate is the one with the best mean %s on validation"
                                + " data (seeds %s) of %s; scores are on test data. Difference: to %s with the same"
                                + " seed, with its 95 %% interval; p by a paired two-sided t test, corrected by Holm for"
                                + " all tests of its table in the next column.\n\n",
                        list(block.seeds()),
                        metrics.get(0).word(),
                        list(block.choosing()),
                        block.learningRates().isEmpty()
                                ? "the recipe's alone"
                                : block.learningRates().stream()
                                        .map(Trial::rate)
                                        .collect(Collectors.joining(", ")),
                        block.base()))
                .toString();
    }

    /** The commands of the first trial that was scored, with a folder of the reader's own. */
    private String again() {
        StringBuilder text =
                new StringBuilder("Every trial's commands are in `trials/NAME.json` and `trials.csv`; given"
                        + " again, they give the same figures and pictures.");
        for (Trial trial : done) {
            TrialResult result = trials.trained(trial);
            if (result.test() != null) {
                text.append(" Those of ").append(trial.id()).append(":\n```sh\n");
                text.append(typed(result.command(), trial));
                text.append(typed(result.test().command(), trial));
                return text.append("```\n").toString();
            }
        }
        return text.append('\n').toString();
    }

    private String typed(List<String> command, Trial trial) {
        String run = task.run(trial).toString();
        String typed = ShellCommand.command(
                command.stream().map(word -> word.replace(run, AGAIN)).toList());
        return typed.isEmpty() ? "" : typed + "\n";
    }

    private static String capital(String words) {
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    private static String line(LeaderboardRow row) {
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
}
