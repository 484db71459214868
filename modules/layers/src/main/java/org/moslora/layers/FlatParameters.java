package org.moslora.layers;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * All trained parameters in one fp32 buffer, their gradients in another of the same order; what a parameter's owner
 * gets are windows into them. So a step's norm, clipping and update are one pass each, and the gradients of a step are
 * one piece of memory.
 */
public final class FlatParameters {
    private final NDArray value;
    private final NDArray gradient;
    private final List<Range> ranges;
    private final Arena arena;
    private final List<Replica> replicas = new ArrayList<>();

    /**
     * Parameters that share a learning rate and lie side by side.
     *
     * @param group who they belong to
     * @param ratio their learning rate over the group's
     * @param start index of the first entry
     * @param count entries
     * @param rows of a matrix, for an optimiser that treats matrices as such; 0 for anything else
     */
    public record Range(String group, double ratio, long start, long count, long rows) {}

    /** A place that was reserved for one tensor. */
    public static final class Place {
        private final long start;
        private final long[] shape;

        private Place(long start, long[] shape) {
            this.start = start;
            this.shape = shape;
        }
    }

    /** Reserves places in order, then allocates them all at once. */
    public static final class Plan {
        private final List<Range> ranges = new ArrayList<>();
        private long size;

        /** Reserves room for a tensor of a group. */
        public Place reserve(String group, long... shape) {
            return reserve(group, shape, 1);
        }

        /**
         * Reserves room for a tensor; those of one group and ratio that follow each other become one range.
         *
         * @param ratio its learning rate over the group's
         */
        public Place reserve(String group, long[] shape, double ratio) {
            long count = count(shape);
            Range last = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
            if (last != null && last.group().equals(group) && last.ratio() == ratio && last.rows() == 0) {
                ranges.set(ranges.size() - 1, new Range(group, ratio, last.start(), last.count() + count, 0));
            } else {
                ranges.add(new Range(group, ratio, size, count, 0));
            }
            return placed(count, shape);
        }

        /** Reserves room for a matrix that is to be known as one: a range of its own, [shape[0], all the rest]. */
        public Place reserveMatrix(String group, long... shape) {
            long count = count(shape);
            ranges.add(new Range(group, 1, size, count, shape[0]));
            return placed(count, shape);
        }

        private static long count(long[] shape) {
            return Arrays.stream(shape).reduce(1, Math::multiplyExact);
        }

        private Place placed(long count, long[] shape) {
            Place place = new Place(size, shape.clone());
            size += count;
            return place;
        }

        /** How many entries were reserved. */
        public long size() {
            return size;
        }

        /** Makes the buffers, filled with zeros, in {@code arena}. */
        public FlatParameters allocate(Arena arena) {
            return new FlatParameters(arena, this);
        }
    }

    /** Gradients of the same parameters once more, gathered by another instance of the model at the same time. */
    public static final class Replica {
        private final NDArray gradient;
        private final Arena arena;

        private Replica(NDArray gradient, Arena arena) {
            this.gradient = gradient;
            this.arena = arena;
        }

        /** The window onto one tensor's gradient. */
        public NDArray gradient(Place place) {
            return window(arena, gradient, place);
        }
    }

    private FlatParameters(Arena arena, Plan plan) {
        this.arena = arena;
        this.ranges = List.copyOf(plan.ranges);
        this.value = arena.zeros(plan.size);
        this.gradient = arena.zeros(plan.size);
    }

    /** All values, [size]. */
    public NDArray value() {
        return value;
    }

    /** All gradients, [size]. */
    public NDArray gradient() {
        return gradient;
    }

    /** Which stretches belong to which group, in order. */
    public List<Range> ranges() {
        return ranges;
    }

    /** How many parameters there are. */
    public long size() {
        return value.size();
    }

    /** The window onto one tensor's values. */
    public NDArray value(Place place) {
        return window(arena, value, place);
    }

    /** The window onto one tensor's gradient. */
    public NDArray gradient(Place place) {
        return window(arena, gradient, place);
    }

    private static NDArray window(Arena arena, NDArray whole, Place place) {
        return Kernels.get().one(arena, "window", whole, place.start, place.shape);
    }

    /**
     * Gradients for one more instance of the model.
     *
     * @param owner owns them; must live as long as steps are taken
     */
    public Replica replica(Arena owner) {
        Replica replica = new Replica(owner.zeros(value.size()), owner);
        replicas.add(replica);
        return replica;
    }

    /** Zeroes every gradient, those of replicas too: the start of a step. */
    public void zero(Arena step) {
        List<NDArray> all = new ArrayList<>(List.of(gradient));
        replicas.forEach(replica -> all.add(replica.gradient));
        Kernels.get().call(step, "zero", all);
    }

    /** Adds the gradients of replicas to {@link #gradient}, in the order in which the replicas were made. */
    public void gather(Arena step) {
        if (!replicas.isEmpty()) {
            List<NDArray> others =
                    replicas.stream().map(replica -> replica.gradient).toList();
            Kernels.get().call(step, "added_to", gradient, others);
        }
    }
}
