package org.moslora.generation.image;

import java.util.ArrayList;
import java.util.List;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;

/**
 * A {@link NoiseSource} without libtorch: the same Mersenne twister (Matsumoto and Nishimura 1998) and the same order of
 * draws. Angles and radii (Box and Muller 1958) are computed in double precision and rounded, so that a number may differ
 * from libtorch's in its last places.
 */
public final class PlainNoise implements NoiseSource {
    /** libtorch turns uniform numbers into normal ones sixteen at a time: eight radii, eight angles. */
    private static final int BLOCK = 16;

    private static final int HALF = BLOCK / 2;
    private static final float UNIT = 1f / (1 << 24);
    private static final int MASK = (1 << 24) - 1;

    /** @throws InvalidInput for shapes of less than sixteen numbers, which libtorch draws in another way */
    @Override
    public List<float[]> draw(long seed, int count, LatentShape shape) {
        if (shape.size() < BLOCK) {
            throw new InvalidInput(
                    FieldName.of("width") + ", " + FieldName.of("height"),
                    "give latents of less than " + BLOCK + " numbers, which only " + FieldName.of("engine")
                            + " torch draws");
        }
        MersenneTwister twister = new MersenneTwister((int) seed);
        List<float[]> draws = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            draws.add(normals(twister, shape.size()));
        }
        return draws;
    }

    private static float[] normals(MersenneTwister twister, int size) {
        float[] numbers = new float[size];
        fill(twister, numbers, 0, size);
        for (int at = 0; at + BLOCK <= size; at += BLOCK) {
            turn(numbers, at);
        }
        if (size % BLOCK != 0) {
            // What is left at the end is drawn anew, together with some of the numbers before it.
            fill(twister, numbers, size - BLOCK, size);
            turn(numbers, size - BLOCK);
        }
        return numbers;
    }

    private static void fill(MersenneTwister twister, float[] numbers, int from, int to) {
        for (int i = from; i < to; i++) {
            numbers[i] = (twister.next() & MASK) * UNIT;
        }
    }

    private static void turn(float[] numbers, int at) {
        for (int i = at; i < at + HALF; i++) {
            double radius = Math.sqrt(-2 * Math.log(1 - numbers[i]));
            double angle = 2 * Math.PI * numbers[i + HALF];
            numbers[i] = (float) (radius * Math.cos(angle));
            numbers[i + HALF] = (float) (radius * Math.sin(angle));
        }
    }
}
