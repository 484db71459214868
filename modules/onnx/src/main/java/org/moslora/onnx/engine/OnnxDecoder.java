package org.moslora.onnx.engine;

import org.moslora.generation.Decoder;

/**
 * A {@link Decoder} over a decoder's graph. The cache stays in ONNX Runtime's memory: what one run gives is what the next
 * one takes.
 */
record OnnxDecoder(DecoderRuns runs) implements Decoder {
    @Override
    public OnnxConversation open(int room) {
        return new OnnxConversation(runs);
    }

    @Override
    public Branches branches(int room) {
        return new BeamBatch(runs);
    }
}
