package org.moslora.training.team;

import ai.djl.ndarray.NDArray;
import org.moslora.layers.Arena;

/**
 * The processes that take a training's steps together, as one of them sees it. Micro-batch m of a step is learnt from by
 * rank m modulo the size; whatever is summed comes out with the same bits for all. Every member must ask for the same sums
 * in the same order.
 */
public interface Team extends AutoCloseable {
    /** One process, which does everything and sums nothing. */
    @SuppressWarnings("ClassInitializationDeadlock") // nobody gets at the class but through here
    Team ALONE = new Alone();

    /** The number of this process, from 0. */
    int rank();

    /** How many processes there are. */
    int size();

    /** Whether somebody else has looked at the recipe, holds the run folder and says where to begin. */
    boolean isLed();

    /** Its number among those members that are on its machine, from 0. */
    int seat();

    /**
     * Adds up an array over all members, in place.
     *
     * @param arena for what is made on the way
     */
    void sum(Arena arena, NDArray values);

    /** Adds up a number over all members. */
    double sum(double value);

    /** Adds up a number over all members. */
    long sum(long value);

    /**
     * Makes sure that all members hold the same numbers, to the bit.
     *
     * @param when it is, for the message
     * @throws IllegalStateException naming a machine that came to others
     */
    void mustAgree(Arena arena, NDArray values, String when);

    /** Whether this process writes the run's files; one does. */
    default boolean writes() {
        return rank() == 0;
    }

    /** Whether this process learns from a micro-batch of the whole step, by its number from 0. */
    default boolean takes(int micro) {
        return micro % size() == rank();
    }

    /** The number in the whole step of one of this process's own micro-batches, by its number among these. */
    default int micro(int own) {
        return own * size() + rank();
    }

    /** Whether something is so for any member. */
    default boolean any(boolean here) {
        return sum(here ? 1L : 0L) > 0;
    }

    /** The device that a recipe means by {@code cuda}: members on one machine take one each. */
    default String device(String named) {
        return named.equals("cuda") && seat() > 0 ? named + ":" + seat() : named;
    }

    @Override
    default void close() {}
}
