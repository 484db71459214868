package org.moslora.start;

import java.util.Locale;
import org.moslora.layers.AvailableMemory;

/**
 * How sparing a training must be to fit into this machine's memory.
 *
 * @param precision of the frozen weights and of activations
 * @param quantize how the frozen linears are held
 * @param checkpointing whether blocks are computed again in the backward pass
 * @param why in a few words
 */
record Frugality(String precision, String quantize, boolean checkpointing, String why) {
    /** What activations, the trained numbers and the system want beside the weights. */
    private static final double WEIGHTS_SHARE = 0.6;

    private static final double NF4_BYTES = 0.56;
    private static final long SMALL = 500_000_000L;

    static Frugality of(long parameters) {
        return of(parameters, AvailableMemory.bytes());
    }

    static Frugality of(long parameters, long memory) {
        double room = memory * WEIGHTS_SHARE;
        String size = String.format(Locale.ROOT, "%,d parameters", parameters);
        String machine = memory == Long.MAX_VALUE ? "" : ", " + AvailableMemory.readable(memory) + " of memory free";
        if (parameters * 4.0 <= room) {
            return new Frugality("fp32", "none", parameters > SMALL, size + machine);
        }
        if (parameters * 2.0 <= room) {
            return new Frugality("bf16", "none", true, size + machine + ": too much in fp32");
        }
        String still = parameters * NF4_BYTES <= room ? "" : "; even so it may not fit";
        return new Frugality("bf16", "nf4", true, size + machine + ": only in four bits" + still);
    }
}
