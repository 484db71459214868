package org.moslora.generation.image;

/** MT19937 (Matsumoto and Nishimura 1998, doi:10.1145/272991.272995), seeded with 32 bits as they proposed in 2002. */
final class MersenneTwister {
    private static final int SIZE = 624;
    private static final int SHIFT = 397;

    private final int[] state = new int[SIZE];
    private int at = SIZE;

    MersenneTwister(int seed) {
        state[0] = seed;
        for (int i = 1; i < SIZE; i++) {
            state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
        }
    }

    /** The next 32 bits. */
    int next() {
        if (at == SIZE) {
            for (int i = 0; i < SIZE; i++) {
                int mixed = (state[i] & 0x80000000) | (state[(i + 1) % SIZE] & 0x7fffffff);
                state[i] = state[(i + SHIFT) % SIZE] ^ (mixed >>> 1) ^ ((mixed & 1) == 0 ? 0 : 0x9908b0df);
            }
            at = 0;
        }
        int bits = state[at++];
        bits ^= bits >>> 11;
        bits ^= (bits << 7) & 0x9d2c5680;
        bits ^= (bits << 15) & 0xefc60000;
        return bits ^ (bits >>> 18);
    }
}
