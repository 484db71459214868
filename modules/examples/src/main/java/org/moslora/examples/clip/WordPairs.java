package org.moslora.examples.clip;

import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.IntConsumer;
import org.moslora.examples.clip.PairMerges.Merge;
import org.moslora.examples.clip.PairMerges.Pair;

/** The parts of one word while they are merged: always the earliest rank, and of those the leftmost. */
final class WordPairs {
    private static final int GONE = -1;

    private final int[] ids;
    private final int[] before;
    private final int[] after;
    private final Map<Pair, Merge> merges;
    private final PriorityQueue<Candidate> candidates = new PriorityQueue<>();

    WordPairs(int[] ids, Map<Pair, Merge> merges) {
        this.ids = ids;
        this.merges = merges;
        before = new int[ids.length];
        after = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            before[i] = i - 1;
            after[i] = i + 1;
        }
    }

    /** A pair that may be merged, if both parts are still as they were. */
    private record Candidate(int rank, int at, int left, int right) implements Comparable<Candidate> {
        @Override
        public int compareTo(Candidate other) {
            return rank != other.rank ? Integer.compare(rank, other.rank) : Integer.compare(at, other.at);
        }
    }

    void merge(IntConsumer id) {
        for (int i = 0; i + 1 < ids.length; i++) {
            propose(i);
        }
        for (Candidate next = candidates.poll(); next != null; next = candidates.poll()) {
            int right = after[next.at()];
            if (ids[next.at()] == next.left() && right < ids.length && ids[right] == next.right()) {
                join(next.at(), right);
            }
        }
        for (int i = 0; i < ids.length; i = after[i]) {
            id.accept(ids[i]);
        }
    }

    private void join(int left, int right) {
        Merge merge = merges.get(new Pair(ids[left], ids[right]));
        if (merge == null) {
            return;
        }
        ids[left] = merge.id();
        ids[right] = GONE;
        after[left] = after[right];
        if (after[left] < ids.length) {
            before[after[left]] = left;
            propose(left);
        }
        if (before[left] >= 0) {
            propose(before[left]);
        }
    }

    private void propose(int left) {
        int right = after[left];
        Merge merge = merges.get(new Pair(ids[left], ids[right]));
        if (merge != null) {
            candidates.add(new Candidate(merge.rank(), left, ids[left], ids[right]));
        }
    }
}
