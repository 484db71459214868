package org.moslora.examples.subject;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Pictures that go round without end: one after the other where all have one size; batches of one size each where they
 * have not, filled up from their own beginning.
 */
final class PictureCycle {
    private final List<Entry> entries;
    private final boolean shuffled;
    private final long seed;
    private final boolean uniform;
    private volatile Arranged latest;

    PictureCycle(List<Entry> entries, boolean shuffled, long seed) {
        this.entries = List.copyOf(entries);
        this.shuffled = shuffled;
        this.seed = seed;
        this.uniform = entries.stream().map(Entry::size).distinct().count() == 1;
        this.latest = new Arranged(0, arrange(0));
    }

    /** A picture, the words of its subject and its size. */
    record Entry(SubjectPicture picture, String prompt, ImageSize size) {}

    private record Arranged(long round, List<Entry> entries) {}

    /** What comes at a place, from 0 on. */
    Entry at(long place) {
        return round(place / entries.size()).get((int) (place % entries.size()));
    }

    /** The batch of a number, from 0 on. */
    List<Entry> batch(long number, int size) {
        if (uniform) {
            List<Entry> batch = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                batch.add(at(number * size + i));
            }
            return batch;
        }
        long count = batches(entries, size).size(); // of every round alike: it depends on the sizes' numbers only
        List<List<Entry>> batches = batches(round(number / count), size);
        if (shuffled) {
            Collections.shuffle(batches, SeededRandom.at(seed, number / count, 1));
        }
        return batches.get((int) (number % count));
    }

    private static List<List<Entry>> batches(List<Entry> round, int size) {
        Map<ImageSize, List<Entry>> groups = new LinkedHashMap<>();
        round.forEach(entry ->
                groups.computeIfAbsent(entry.size(), any -> new ArrayList<>()).add(entry));
        List<List<Entry>> batches = new ArrayList<>();
        for (List<Entry> group : groups.values()) {
            for (int from = 0; from < group.size(); from += size) {
                List<Entry> batch = new ArrayList<>();
                for (int i = from; i < from + size; i++) {
                    batch.add(group.get(i % group.size()));
                }
                batches.add(batch);
            }
        }
        return batches;
    }

    private List<Entry> round(long number) {
        Arranged known = latest;
        if (known.round() != number) {
            known = new Arranged(number, arrange(number));
            latest = known;
        }
        return known.entries();
    }

    private List<Entry> arrange(long number) {
        if (!shuffled) {
            return entries;
        }
        List<Entry> arranged = new ArrayList<>();
        for (int index : SeededRandom.permutation(entries.size(), SeededRandom.at(seed, number, 0))) {
            arranged.add(entries.get(index));
        }
        return arranged;
    }
}
