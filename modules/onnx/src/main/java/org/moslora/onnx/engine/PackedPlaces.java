package org.moslora.onnx.engine;

import org.moslora.generation.image.LatentShape;

/**
 * Latents as FLUX's transformers take them: a row for every square, channel, row and column.
 *
 * @param side of a square
 * @param axes of a place's position
 */
record PackedPlaces(LatentShape shape, int side, int axes) {

    int places() {
        return shape.height() / side * (shape.width() / side);
    }

    int width() {
        return shape.channels() * side * side;
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
        int place = row / side * (shape.width() / side) + column / side;
        int inside = (channel * side + row % side) * side + column % side;
        return (sample * places() + place) * width() + inside;
    }

    /** [places, axes]: nothing, row and column of each, and nothing more. */
    float[] positions() {
        float[] all = new float[places() * axes];
        int columns = shape.width() / side;
        for (int i = 0; i < places(); i++) {
            int row = i / columns;
            all[i * axes + 1] = row;
            all[i * axes + 2] = i % columns;
        }
        return all;
    }
}
