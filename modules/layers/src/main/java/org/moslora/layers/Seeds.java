package org.moslora.layers;

/** Seeds of dropout masks: one for every block of every pass, with room for the sites inside a block. */
public final class Seeds {
    /** More than the linears of any block, whose masks use the seeds from the block's on. */
    private static final int SITES = 64;

    private Seeds() {}

    /** SplitMix64's finalizer (Steele et al. 2014) over the pass's seed and the block's number. */
    public static long mix(long seed, int block) {
        long z = seed + (block + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return ((z ^ (z >>> 31)) >>> 2) / SITES * SITES;
    }
}
