package org.moslora.onnx.engine;

import org.moslora.generation.Decoder;

/**
 * A {@link Decoder} over a decoder's graph. The cache stays in ONNX Runtime's memory: what one run gives is what the next
 * one takes.
 */
record OnnxDecoder(DecoderRuns runs) implements Decoder {
    @Override
    public Conversation open(int room) {
        return new Conversation(runs);
    }

    @Override
    public Branches branches(int room) {
        return new Branching(runs);
    }
}
