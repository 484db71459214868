package org.moslora.pictures.judge;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Scores made pictures as DreamBooth's paper does (Ruiz et al. 2023, arXiv:2208.12242, section 4.2), by cosines, from
 * &minus;1 to 1.
 */
public final class Judge {
    private final Embedding space;

    /** The model stays its owner's. */
    public Judge(Embedding space) {
        this.space = space;
    }

    /**
     * Subject fidelity, CLIP-I: the mean cosine of every picture with every picture of the subject.
     *
     * @param pictures made ones, at least one
     * @param subject real ones, at least one
     */
    public double subjectFidelity(List<Path> pictures, List<Path> subject) {
        List<float[]> real = unit(space.pictures(subject));
        return unit(space.pictures(pictures)).stream()
                .flatMapToDouble(made -> real.stream().mapToDouble(each -> dot(made, each)))
                .average()
                .orElseThrow();
    }

    /**
     * Prompt fidelity, CLIP-T: the mean cosine of a picture with its prompt.
     *
     * @param prompts one for each picture, in words that the judge knows
     */
    public double promptFidelity(List<Path> pictures, List<String> prompts) {
        if (pictures.size() != prompts.size()) {
            throw new IllegalArgumentException(pictures.size() + " pictures, " + prompts.size() + " prompts");
        }
        List<float[]> made = unit(space.pictures(pictures));
        List<float[]> asked = unit(space.texts(prompts));
        return IntStream.range(0, made.size())
                .mapToDouble(i -> dot(made.get(i), asked.get(i)))
                .average()
                .orElseThrow();
    }

    /**
     * For each picture the text that it is nearest to, which is a class without training for it.
     *
     * @param texts at least one
     */
    public List<String> nearest(List<Path> pictures, List<String> texts) {
        List<float[]> named = unit(space.texts(texts));
        List<String> nearest = new ArrayList<>();
        for (float[] made : unit(space.pictures(pictures))) {
            int best = 0;
            for (int i = 1; i < named.size(); i++) {
                best = dot(made, named.get(i)) > dot(made, named.get(best)) ? i : best;
            }
            nearest.add(texts.get(best));
        }
        return nearest;
    }

    /**
     * The share of pictures that are nearest to their own text.
     *
     * @param own one for each picture
     * @param texts what a picture may be taken for, their own among them
     */
    public double shareKnown(List<Path> pictures, List<String> own, List<String> texts) {
        List<String> nearest = nearest(pictures, texts);
        long hits = IntStream.range(0, own.size())
                .filter(i -> nearest.get(i).equals(own.get(i)))
                .count();
        return hits / (double) own.size();
    }

    private static List<float[]> unit(List<float[]> vectors) {
        return vectors.stream().map(Judge::unit).toList();
    }

    private static float[] unit(float[] vector) {
        double norm = Math.sqrt(dot(vector, vector));
        if (!(norm > 0) || Double.isInfinite(norm)) {
            throw new IllegalStateException("a vector of norm " + norm + " has no direction");
        }
        float[] unit = new float[vector.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (vector[i] / norm);
        }
        return unit;
    }

    private static double dot(float[] one, float[] other) {
        if (one.length != other.length) {
            throw new IllegalStateException("vectors of " + one.length + " and of " + other.length + " numbers");
        }
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (double) one[i] * other[i];
        }
        return sum;
    }
}
