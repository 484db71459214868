package org.moslora.onnx.engine;

import org.moslora.generation.image.LatentShape;

/** Latents as FLUX.1's transformer takes them: a row for every square of two by two, channel, row and column. */
record PackedPlaces(LatentShape shape) {
    private static final int SIDE = 2;
    private static final int AXES = 3;

    int places() {
        return shape.height() / SIDE * (shape.width() / SIDE);
    }

    int width() {
        return shape.channels() * SIDE * SIDE;
    }

    /** Samples one after the other, packed. */
    float[] of(float[] samples) {
        float[] packed = new float[samples.length];
        for (int i = 0; i < samples.length; i++) {
            packed[place(i)] = samples[i];
        }
        return packed;
    }

    /** And back. */
    float[] back(float[] packed) {
        float[] samples = new float[packed.length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = packed[place(i)];
        }
        return samples;
    }

    /** Where an entry of [sample, channel, row, column] stands. */
    private int place(int index) {
        int column = index % shape.width();
        int row = index / shape.width() % shape.height();
        int channel = index / (shape.width() * shape.height()) % shape.channels();
        int sample = index / shape.size();
        int place = row / SIDE * (shape.width() / SIDE) + column / SIDE;
        int inside = (channel * SIDE + row % SIDE) * SIDE + column % SIDE;
        return (sample * places() + place) * width() + inside;
    }

    /** [places, 3]: nothing, row and column of each. */
    float[] positions() {
        float[] all = new float[places() * AXES];
        int columns = shape.width() / SIDE;
        for (int i = 0; i < places(); i++) {
            int row = i / columns;
            all[i * AXES + 1] = row;
            all[i * AXES + 2] = i % columns;
        }
        return all;
    }
}
