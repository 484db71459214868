package org.moslora.multimodal;

/**
 * How many numbers a vision tower holds at once for one picture.
 *
 * @param inside while a block computes
 * @param state of one of its states
 * @param pixels of the picture itself
 */
public record TowerNumbers(long inside, long state, long pixels) {
    /** Of a model without a tower. */
    public static final TowerNumbers NONE = new TowerNumbers(0, 0, 0);
}
