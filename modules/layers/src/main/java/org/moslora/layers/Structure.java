package org.moslora.layers;

import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;

/**
 * What kernels are handed as one thing, such as all tensors of a block: a structure of {@code kernels/blocks.py}, made
 * once by a kernel and given to many, because building it costs as much as a small kernel. Its arrays stay their owners';
 * it ends with the arena that it was made in.
 */
public final class Structure {
    private final PtNDManager owner;
    private final IValue value;

    Structure(PtNDManager owner, IValue value) {
        this.owner = owner;
        this.value = value;
        owner.attachInternal(value.getUid(), value);
    }

    IValue value() {
        return value;
    }

    /** Lets go of it before its arena does. */
    void close() {
        owner.detachInternal(value.getUid());
        value.close();
    }
}
