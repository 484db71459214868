package org.moslora.layers.block;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;
import org.moslora.layers.Tape;

/**
 * Blocks that run one after the other. State 0 is what the first reads, state i what the first i blocks have made of it.
 *
 * @param <P> what a pass has for its blocks besides their states
 */
public final class BlockList<P> {
    private final List<Block<P>> blocks;
    private final BlockSeeds seeds;

    /** Blocks in the order in which they run. */
    public BlockList(List<? extends Block<P>> blocks, BlockSeeds seeds) {
        this.blocks = List.copyOf(blocks);
        this.seeds = seeds;
    }

    /** The seed of each block's dropout masks, from that of the pass. */
    @FunctionalInterface
    public interface BlockSeeds {
        /** The seed of the i-th block. */
        long of(long seed, int i);
    }

    /** Whoever else looks at the states. */
    @FunctionalInterface
    public interface States {
        /** Sees state i; true if it must outlive the block that reads it, even where there is no backward pass. */
        boolean keeps(int i, NDArray state);

        /** Nobody does. */
        static States unread() {
            return (i, state) -> false;
        }
    }

    /** What states have of gradients besides what comes down to them. */
    @FunctionalInterface
    public interface Gradients {
        /** Those of state i, none or more. */
        List<NDArray> of(int i);

        /** Nothing. */
        static Gradients none() {
            return i -> List.of();
        }
    }

    /** How many blocks there are. */
    public int size() {
        return blocks.size();
    }

    /** Whether a backward pass has anything to gather here. */
    public boolean learns() {
        return lowest() < size();
    }

    /** The first block that a backward pass must reach; as many as there are if none. */
    public int lowest() {
        return lowest(i -> false);
    }

    /** The same, where some blocks must be reached though nothing in them learns. */
    public int lowest(IntPredicate others) {
        int lowest = 0;
        while (lowest < size() && !blocks.get(lowest).learns() && !others.test(lowest)) {
            lowest++;
        }
        return lowest;
    }

    /**
     * Runs the first {@code count} blocks. Where there is no backward pass, a state is freed when it has been read.
     *
     * @return the last state
     */
    public NDArray forward(Arena arena, NDArray x, int count, P pass, Tape tape, long seed, States states) {
        NDArray state = x;
        for (int i = 0; i < count; i++) {
            boolean kept = states.keeps(i, state);
            NDArray y = blocks.get(i).forward(arena, state, pass, tape, seeds.of(seed, i));
            if (!tape.keeps() && !kept) {
                state.close();
            }
            state = y;
        }
        states.keeps(count, state);
        return state;
    }

    /** Runs all blocks, with nobody else looking at the states. */
    public NDArray forward(Arena arena, NDArray x, P pass, Tape tape, long seed) {
        return forward(arena, x, size(), pass, tape, seed, States.unread());
    }

    /**
     * Goes back through the first {@code count} blocks as far as anything learns. Gradients that were made on the way are
     * freed, those that were given are not.
     *
     * @param dy the gradient of state {@code count}, or null where it has only what {@code others} have
     * @param lowest the first block that the pass must reach
     * @param need whether the gradient of state 0 is wanted
     * @return that gradient, or what is of no use; null if there is none
     */
    public @Nullable NDArray backward(
            Arena arena,
            int count,
            @Nullable NDArray dy,
            int lowest,
            P pass,
            Tape tape,
            long seed,
            boolean need,
            Gradients others) {
        int last = need ? 0 : lowest;
        Held above = new Held(dy, false);
        for (int i = count; i > last; i--) {
            Held whole = joined(arena, above, others.of(i));
            if (whole.gradient() == null) {
                // Nothing of what learns is to be reached from here.
                tape.take().close();
            } else {
                Block<P> block = blocks.get(i - 1);
                NDArray dx = block.backward(
                        arena, whole.gradient(), pass, tape, seeds.of(seed, i - 1), need || i - 1 > last);
                whole.close();
                above = new Held(dx, true);
            }
        }
        return need ? joined(arena, above, others.of(0)).gradient() : above.gradient();
    }

    /** Goes back through all blocks from the gradient of the last state. */
    public NDArray backward(Arena arena, NDArray dy, P pass, Tape tape, long seed, boolean need) {
        NDArray dx = backward(arena, size(), dy, lowest(), pass, tape, seed, need, Gradients.none());
        return dx == null ? dy : dx;
    }

    /** A gradient, and whether it was made on the way. */
    private record Held(@Nullable NDArray gradient, boolean own) {
        void close() {
            if (own && gradient != null) {
                gradient.close();
            }
        }
    }

    private static Held joined(Arena arena, Held above, List<NDArray> others) {
        Held sum = above;
        for (NDArray other : others) {
            NDArray before = sum.gradient();
            if (before == null) {
                sum = new Held(other, false);
            } else {
                Held next = new Held(Kernels.get().one(arena, "added", before, other), true);
                sum.close();
                sum = next;
            }
        }
        return sum;
    }
}
