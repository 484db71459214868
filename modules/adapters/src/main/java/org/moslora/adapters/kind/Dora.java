package org.moslora.adapters.kind;

/** DoRA (arXiv:2402.09353): LoRA, and a magnitude on the outputs of every layer, which {@link DecomposedAdapter} adds. */
final class Dora extends Lora {
    @Override
    public String name() {
        return "DORA";
    }

    @Override
    public boolean isDecomposed() {
        return true;
    }
}
