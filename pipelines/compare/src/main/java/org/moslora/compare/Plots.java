package org.moslora.compare;

import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.moslora.tensors.DurableFiles;

/** Curves over whatever has several values: ranks, amounts of data, learning rates. Bars are standard errors. */
record Plots(
        ComparisonTask task, List<Metric> metrics, List<LeaderboardRow> standings, List<Trial> done, Trials trials) {
    private record Point(double x, Sample scores) {}

    void draw() {
        metrics.forEach(this::draw);
        done.stream()
                .map(Trial::place)
                .map(Trial.Place::withoutRate)
                .map(place -> new Trial.Place("", place.rank(), place.rows(), null))
                .distinct()
                .forEach(this::rates);
    }

    private void draw(Metric metric) {
        for (Integer rows :
                distinct(standings.stream().map(each -> each.place().rows()).toList())) {
            curves(
                    metric,
                    "rank",
                    named("ranks", "n", rows, metric),
                    row -> row.place().rank(),
                    row -> Objects.equals(row.place().rows(), rows));
        }
        for (Integer rank :
                distinct(standings.stream().map(each -> each.place().rank()).toList())) {
            curves(
                    metric,
                    "training rows",
                    named("rows", "r", rank, metric),
                    row -> row.place().rows(),
                    row -> Objects.equals(row.place().rank(), rank));
        }
    }

    /** The first score's files are named by what they show alone. */
    private String named(String what, String letter, @Nullable Integer value, Metric metric) {
        String of = metric == metrics.get(0) ? "" : "-" + metric.key();
        return what + (value == null ? "" : "-" + letter + value) + of + ".png";
    }

    private static List<@Nullable Integer> distinct(List<@Nullable Integer> values) {
        List<@Nullable Integer> distinct = new ArrayList<>();
        values.stream().filter(value -> !distinct.contains(value)).forEach(distinct::add);
        return distinct;
    }

    private void curves(
            Metric metric,
            String axis,
            String file,
            Function<LeaderboardRow, @Nullable Integer> value,
            Predicate<LeaderboardRow> which) {
        Map<String, List<Point>> curves = new LinkedHashMap<>();
        for (LeaderboardRow row : standings) {
            Integer x = value.apply(row);
            if (x != null && row.metric() == metric && row.refused() == null && which.test(row)) {
                curves.computeIfAbsent(row.place().variant(), any -> new ArrayList<>())
                        .add(new Point(x, row.test()));
            }
        }
        chart(axis, "test " + metric.word(), file, curves);
    }

    /** Validation over the learning rate, for one rank and amount of data. */
    private void rates(Trial.Place place) {
        Map<String, Map<Double, List<Double>>> scores = new LinkedHashMap<>();
        for (Trial trial : done) {
            Score score = trials.trained(trial).validation();
            if (trial.rate() != null
                    && score != null
                    && Objects.equals(trial.rank(), place.rank())
                    && Objects.equals(trial.rows(), place.rows())) {
                scores.computeIfAbsent(trial.variant().name(), any -> new TreeMap<>())
                        .computeIfAbsent(trial.rate(), any -> new ArrayList<>())
                        .add(score.of(metrics.get(0)));
            }
        }
        Map<String, List<Point>> curves = new LinkedHashMap<>();
        scores.forEach((variant, rates) -> rates.forEach((rate, values) ->
                curves.computeIfAbsent(variant, any -> new ArrayList<>()).add(new Point(rate, new Sample(values)))));
        String file = "rates" + (place.rank() == null ? "" : "-r" + place.rank())
                + (place.rows() == null ? "" : "-n" + place.rows()) + ".png";
        chart("learning rate", "validation " + metrics.get(0).word(), file, curves);
    }

    /** Nothing where no curve has two points. */
    private void chart(String axis, String score, String file, Map<String, List<Point>> curves) {
        if (curves.values().stream().allMatch(points -> points.size() < 2)) {
            return;
        }
        XYChart chart = new XYChartBuilder()
                .width(800)
                .height(500)
                .title(score + " by " + axis)
                .xAxisTitle(axis)
                .yAxisTitle(score)
                .build();
        chart.getStyler().setXAxisLogarithmic(true);
        chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideSE);
        curves.forEach((variant, points) -> chart.addSeries(
                variant,
                points.stream().map(Point::x).toList(),
                points.stream().map(point -> point.scores().mean()).toList(),
                points.stream()
                        .map(point -> zeroIfNaN(point.scores().standardError()))
                        .toList()));
        Path picture = task.output().resolve(file);
        DurableFiles.write(
                picture,
                channel ->
                        ImageIO.write(BitmapEncoder.getBufferedImage(chart), "png", Channels.newOutputStream(channel)));
    }

    private static double zeroIfNaN(double value) {
        return Double.isNaN(value) ? 0 : value;
    }
}
