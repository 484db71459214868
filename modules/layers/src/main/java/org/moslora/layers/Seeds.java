package org.moslora.layers;

/** Seeds that are made of others: nearby ones are unlike each other. */
public final class Seeds {
    /** More than the linears of any block, whose masks use the seeds from the block's on. */
    private static final int SITES = 64;

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private Seeds() {}

    /** What SplitMix64 (Steele et al. 2014) gives after a value. */
    public static long next(long value) {
        long z = value + GOLDEN;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** Of the dropout masks of a block, from its pass's seed, with room for the sites inside the block. */
    public static long mix(long seed, int block) {
        return (next(seed + block * GOLDEN) >>> 2) / SITES * SITES;
    }
}
