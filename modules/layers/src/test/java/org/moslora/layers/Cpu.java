package org.moslora.layers;

/** Where these tests compute: on the CPU with one thread, so that two runs see the same numbers. */
final class Cpu {
    static {
        Engine.start(1);
    }

    private Cpu() {}

    static Arena arena() {
        return Arena.open(Compute.cpu());
    }
}
