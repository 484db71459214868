package org.moslora.studio.runs;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a line of {@code metrics.jsonl} without making objects of it: an object of names and numbers in which anything else
 * is passed over. A hundred thousand lines take a fraction of a second so.
 */
final class MetricLine {
    /** The names that are looked for, in the order of {@link #values}. */
    static final String[] NAMES = {"step", "loss", "learning_rate", "grad_norm", "seconds", "validation_loss"};

    private final byte[] line;
    private final int end;
    private int at;
    final double[] values = new double[NAMES.length];

    private MetricLine(byte[] line, int from, int end) {
        this.line = line;
        this.at = from;
        this.end = end;
    }

    /** The values of a line; null where it is none that a run writes. */
    static double @Nullable [] read(byte[] line, int from, int end) {
        MetricLine reading = new MetricLine(line, from, end);
        Arrays.fill(reading.values, Double.NaN);
        try {
            return reading.object() && reading.values[0] >= 1 && !Double.isNaN(reading.values[1])
                    ? reading.values
                    : null;
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException foreign) {
            return null;
        }
    }

    private boolean object() {
        if (next() != '{') {
            return false;
        }
        while (true) {
            String name = text();
            if (name == null || next() != ':') {
                return false;
            }
            blank();
            if (line[at] == '"') {
                if (text() == null) {
                    return false;
                }
            } else {
                put(name, number());
            }
            int follows = next();
            if (follows != ',') {
                blank();
                return follows == '}' && at >= end;
            }
        }
    }

    private void put(String name, double value) {
        for (int i = 0; i < NAMES.length; i++) {
            if (NAMES[i].equals(name)) {
                values[i] = value;
            }
        }
    }

    private double number() {
        int from = at;
        while (at < end && line[at] != ',' && line[at] != '}' && line[at] > ' ') {
            at++;
        }
        String text = new String(line, from, at - from, StandardCharsets.ISO_8859_1);
        return text.equals("true") || text.equals("false") || text.equals("null")
                ? Double.NaN
                : Double.parseDouble(text);
    }

    private @Nullable String text() {
        if (next() != '"') {
            return null;
        }
        int from = at;
        while (at < end && line[at] != '"') {
            at += line[at] == '\\' ? 2 : 1;
        }
        return at >= end ? null : new String(line, from, at++ - from, StandardCharsets.UTF_8);
    }

    private int next() {
        blank();
        return at < end ? line[at++] : -1;
    }

    private void blank() {
        while (at < end && (line[at] == ' ' || line[at] == '\t' || line[at] == '\r')) {
            at++;
        }
    }
}
