package org.moslora.llama;

import ai.djl.ndarray.NDArray;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;

/** Keys and values of conversations that are being continued, with room for a fixed number of positions each. */
public final class KeyValueCache implements AutoCloseable {
    private final Arena arena;
    private final List<List<NDArray>> blocks = new ArrayList<>();
    private final Compute compute;
    private final long[] shape;
    private int room;
    private long[] past;
    private int[][] next;

    KeyValueCache(Arena arena, Compute compute, LanguageModelConfig config, int conversations, int room) {
        this.arena = arena;
        this.compute = compute;
        this.past = new long[conversations];
        this.next = new int[conversations][room + 1];
        this.room = room;
        this.shape = new long[] {config.keyValueHeads(), room, config.headWidth()};
        for (int i = 0; i < config.layers(); i++) {
            List<NDArray> pairs = new ArrayList<>();
            for (int j = 0; j < 2 * conversations; j++) {
                pairs.add(blank());
            }
            blocks.add(pairs);
        }
    }

    private NDArray blank() {
        return Kernels.get().one(arena, "blank", shape, compute.precision().scalarType(), compute.deviceName());
    }

    /** Positions that a conversation has taken. */
    public int length(int conversation) {
        return (int) past[conversation];
    }

    /** Positions that a conversation may take in all. */
    public int room() {
        return room;
    }

    /** Makes room for so many positions, if there is less. */
    public void reserve(int wanted) {
        if (wanted <= room) {
            return;
        }
        room = wanted;
        shape[1] = wanted;
        for (int i = 0; i < next.length; i++) {
            next[i] = Arrays.copyOf(next[i], room + 1);
        }
        for (List<NDArray> pairs : blocks) {
            pairs.replaceAll(array -> {
                NDArray wide = copied("copied_ahead", array, blank());
                array.close();
                return wide;
            });
        }
    }

    /** Forgets what comes after a position, for example an answer that is to be replaced by the true one. */
    public void rewind(int conversation, int position) {
        past[conversation] = Math.min(past[conversation], position);
    }

    /**
     * Goes on with other conversations, each of which has so far been one of those here.
     *
     * @param from for each conversation from now on, the number of the one that it goes on from; may be more than before
     */
    public void branch(int[] from) {
        blocks.replaceAll(pairs -> branched(pairs, from));
        past = Arrays.stream(from).mapToLong(i -> past[i]).toArray();
        next = Arrays.stream(from).mapToObj(i -> next[i].clone()).toArray(int[][]::new);
    }

    /** The first to go on from a conversation takes its arrays, every other one gets a copy. */
    private List<NDArray> branched(List<NDArray> pairs, int[] from) {
        Deque<NDArray> free = new ArrayDeque<>();
        for (int i = 0; i < pairs.size(); i++) {
            int conversation = i / 2;
            if (Arrays.stream(from).noneMatch(used -> used == conversation)) {
                free.add(pairs.get(i));
            }
        }
        List<NDArray> next = new ArrayList<>();
        for (int i = 0; i < from.length; i++) {
            int source = from[i];
            boolean first = Arrays.stream(from, 0, i).noneMatch(used -> used == source);
            for (NDArray array : pairs.subList(2 * source, 2 * source + 2)) {
                next.add(first ? array : copied("copied_into", array, free.isEmpty() ? blank() : free.remove()));
            }
        }
        free.forEach(NDArray::close);
        return next;
    }

    private NDArray copied(String kernel, NDArray array, NDArray into) {
        try (Arena step = arena.child()) {
            Kernels.get().call(step, kernel, into, array);
        }
        return into;
    }

    long[] past() {
        return past;
    }

    List<NDArray> block(int index) {
        return blocks.get(index);
    }

    /** The position that each conversation goes on from. */
    public int[] next() {
        int[] from = new int[past.length];
        for (int i = 0; i < from.length; i++) {
            from[i] = next[i][(int) past[i]];
        }
        return from;
    }

    /** @param positions of the rows that came to each conversation */
    void advance(int[] lengths, RowPositions positions) {
        int[] after = positions.next(lengths, next());
        int at = 0;
        for (int i = 0; i < lengths.length; i++) {
            for (int j = 0; j < lengths[i]; j++) {
                past[i]++;
                next[i][(int) past[i]] = after[at++];
            }
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
