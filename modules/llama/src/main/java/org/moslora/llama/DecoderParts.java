package org.moslora.llama;

import java.util.Collections;
import java.util.List;

/**
 * The parts by which decoders of one lineage differ from LLaMA's. Kernels, names of tensors, graphs and estimates follow
 * from them, whatever the family is called.
 *
 * @param headNorms whether each head's queries and keys go through an RMS norm before they are rotated
 * @param branchNorms whether what attention and feed-forward part give goes through a norm before it is added
 * @param normOffset what is added to the weights of norms: 1 where files hold how far they are from it
 * @param embeddingScale what embeddings of ids are multiplied by
 * @param scoreScale what products of queries and keys are multiplied by; 0 for 1/√(head width)
 * @param activation of the gate
 * @param spans what each layer's rows see
 * @param ropeAxes of positions with an axis each for time, row and column, the one by which each frequency turns; empty
 *     where positions are one number
 */
public record DecoderParts(
        boolean headNorms,
        boolean branchNorms,
        double normOffset,
        double embeddingScale,
        double scoreScale,
        String activation,
        List<AttentionSpan> spans,
        List<Integer> ropeAxes) {
    public DecoderParts {
        spans = List.copyOf(spans);
        ropeAxes = List.copyOf(ropeAxes);
    }

    /** LLaMA's. */
    public static DecoderParts plain(int layers, Rope rope) {
        return new DecoderParts(
                false, false, 0, 1, 0, "silu", Collections.nCopies(layers, new AttentionSpan(0, rope)), List.of());
    }

    /** The same of the first layers alone. */
    DecoderParts first(int layers) {
        return new DecoderParts(
                headNorms,
                branchNorms,
                normOffset,
                embeddingScale,
                scoreScale,
                activation,
                spans.subList(0, layers),
                ropeAxes);
    }
}
