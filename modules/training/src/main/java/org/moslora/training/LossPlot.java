package org.moslora.training;

import com.google.gson.JsonObject;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.moslora.tensors.DurableFiles;

/** Draws the loss of a run, every step and smoothed, beside {@code metrics.jsonl}. */
public final class LossPlot {
    private static final double SMOOTHING = 0.9;

    private LossPlot() {}

    /** Draws {@code metrics} as a PNG picture; nothing for fewer than two steps. */
    public static void draw(Path metrics, Path picture) {
        List<Integer> steps = new ArrayList<>();
        List<Double> losses = new ArrayList<>();
        List<Double> smooth = new ArrayList<>();
        double mean = 0;
        double weight = 0;
        for (JsonObject row : Metrics.rows(metrics)) {
            double loss = row.get("loss").getAsDouble();
            mean = SMOOTHING * mean + (1 - SMOOTHING) * loss;
            weight = SMOOTHING * weight + (1 - SMOOTHING);
            steps.add(row.get("step").getAsInt());
            losses.add(loss);
            smooth.add(mean / weight);
        }
        if (steps.size() > 1) {
            write(chart(steps, losses, smooth), picture);
        }
    }

    private static XYChart chart(List<Integer> steps, List<Double> losses, List<Double> smooth) {
        XYChart chart = new XYChartBuilder()
                .width(800)
                .height(450)
                .title("Training loss")
                .xAxisTitle("step")
                .yAxisTitle("loss")
                .build();
        chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNE);
        chart.addSeries("each step", steps, losses).setMarker(SeriesMarkers.NONE);
        chart.addSeries("smoothed", steps, smooth).setMarker(SeriesMarkers.NONE);
        return chart;
    }

    private static void write(XYChart chart, Path picture) {
        DurableFiles.write(
                picture,
                channel ->
                        ImageIO.write(BitmapEncoder.getBufferedImage(chart), "png", Channels.newOutputStream(channel)));
    }
}
