package org.moslora.examples;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * LLaVA's group_by_modality_length (llava_trainer.py): rows with and without pictures are shuffled apart and cut into
 * steps; inside a step the longest come first, dealt out so that its micro-batches cost about the same; the steps are
 * shuffled; what is left of both kinds comes last.
 */
final class LengthGroups {
    private final int[] lengths;
    private final int batchSize;
    private final int accumulation;
    private final Shuffle shuffle;

    private LengthGroups(int[] lengths, int batchSize, int accumulation, Shuffle shuffle) {
        this.lengths = lengths;
        this.batchSize = batchSize;
        this.accumulation = accumulation;
        this.shuffle = shuffle;
    }

    /** @param lengths tokens of each row, negative for rows without pictures */
    static int[] arrange(int[] lengths, int batchSize, int accumulation, Shuffle shuffle) {
        return new LengthGroups(lengths, batchSize, accumulation, shuffle).arrange();
    }

    private int[] arrange() {
        int size = Math.multiplyExact(batchSize, accumulation);
        List<int[]> steps = new ArrayList<>();
        List<Integer> rest = new ArrayList<>();
        for (boolean pictures : new boolean[] {true, false}) {
            int[] rows = IntStream.range(0, lengths.length)
                    .filter(row -> lengths[row] > 0 == pictures)
                    .toArray();
            int[] shuffled = shuffle.of(rows);
            int whole = shuffled.length / size * size;
            for (int at = 0; at < whole; at += size) {
                steps.add(dealt(Arrays.copyOfRange(shuffled, at, at + size)));
            }
            Arrays.stream(shuffled, whole, shuffled.length).forEach(rest::add);
        }
        int[] places = shuffle.of(IntStream.range(0, steps.size()).toArray());
        IntStream first = Arrays.stream(places).boxed().flatMapToInt(place -> Arrays.stream(steps.get(place)));
        // Longest first here too; a step made of leftovers may hold both kinds.
        IntStream last = rest.stream().sorted(longestFirst()).mapToInt(Integer::intValue);
        return IntStream.concat(first, last).toArray();
    }

    /** One step's rows, micro-batch by micro-batch. */
    private int[] dealt(int[] rows) {
        List<List<Integer>> batches = new ArrayList<>();
        for (int i = 0; i < accumulation; i++) {
            batches.add(new ArrayList<>());
        }
        long[] tokens = new long[accumulation];
        Arrays.stream(rows).boxed().sorted(longestFirst()).forEach(row -> {
            int lightest = lightest(tokens, batches);
            batches.get(lightest).add(row);
            tokens[lightest] += Math.abs(lengths[row]);
        });
        return batches.stream()
                .flatMap(List::stream)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private int lightest(long[] tokens, List<List<Integer>> batches) {
        return IntStream.range(0, accumulation)
                .filter(batch -> batches.get(batch).size() < batchSize)
                .boxed()
                .min(Comparator.comparingLong(batch -> tokens[batch]))
                .orElseThrow();
    }

    private Comparator<Integer> longestFirst() {
        return Comparator.comparingInt((Integer row) -> -Math.abs(lengths[row])).thenComparingInt(row -> row);
    }
}
