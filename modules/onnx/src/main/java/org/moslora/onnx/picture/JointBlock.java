package org.moslora.onnx.picture;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.onnx.graph.GraphValue;
import org.moslora.onnx.graph.Operators;

/**
 * A block of two streams, text and places, that have weights of their own and attend together (Esser et al. 2024,
 * arXiv:2403.03206).
 *
 * @param turns by which heads turn, those of the text's rows first; null where they do not
 * @param normed whether queries and keys are normed
 * @param words rows of each text, as a vector
 * @param feed the feed-forward part of a stream
 */
record JointBlock(FlowStreams streams, @Nullable AxialTurns turns, boolean normed, GraphValue words, Feed feed) {
    /** How many parts modulate a stream whose rows attend to each other a second time. */
    static final int TWICE = 9;
    /** How many modulate any other. */
    static final int ONCE = 6;

    /** What a stream is fed. */
    @FunctionalInterface
    interface Feed {
        GraphValue of(String path, GraphValue rows);
    }

    /**
     * Text and places behind the block.
     *
     * @param path what the names of its tensors begin with, the last dot included
     * @param t what modulates the text, by threes shift, scale and gate; only shift and scale where nobody reads it again
     * @param p what modulates the places
     */
    List<GraphValue> of(String path, GraphValue text, GraphValue places, List<GraphValue> t, List<GraphValue> p) {
        GraphValue np = streams.rows(streams.moved(places, p.get(0), p.get(1)));
        GraphValue nt = streams.rows(streams.moved(text, t.get(0), t.get(1)));
        String attn = path + "attn.";
        GraphValue seen = streams.apart(together(attn, nt, np));
        GraphValue ours = streams.layers().linear(attn + "to_out.0", streams.rows(ops().after(seen, 1, words)));
        if (t.size() < ONCE) {
            return List.of(text, fed(path + "ff.", attended(path, places, ours, p), p));
        }
        GraphValue theirs = streams.layers().linear(attn + "to_add_out", streams.rows(ops().first(seen, 1, words)));
        return List.of(
                fed(path + "ff_context.", streams.gated(text, t.get(2), theirs), t),
                fed(path + "ff.", attended(path, places, ours, p), p));
    }

    /** Attention of all rows to all rows, text first. */
    private GraphValue together(String attn, GraphValue text, GraphValue places) {
        GraphValue q = joined(
                streams.headed(attn + "add_q_proj", norm(attn + "norm_added_q"), text),
                streams.headed(attn + "to_q", norm(attn + "norm_q"), places));
        GraphValue k = joined(
                streams.headed(attn + "add_k_proj", norm(attn + "norm_added_k"), text),
                streams.headed(attn + "to_k", norm(attn + "norm_k"), places));
        GraphValue v = streams.rows(ops().concat(
                        1,
                        streams.apart(streams.layers().linear(attn + "add_v_proj", text)),
                        streams.apart(streams.layers().linear(attn + "to_v", places))));
        return streams.attention(q, k, v);
    }

    /** Places and what they have seen, a second time where there are nine parts. */
    private GraphValue attended(String path, GraphValue places, GraphValue seen, List<GraphValue> p) {
        GraphValue once = streams.gated(places, p.get(2), seen);
        if (p.size() < TWICE) {
            return once;
        }
        String attn = path + "attn2.";
        GraphValue n = streams.rows(streams.moved(places, p.get(6), p.get(7)));
        GraphValue again = streams.attention(
                streams.rows(streams.headed(attn + "to_q", norm(attn + "norm_q"), n)),
                streams.rows(streams.headed(attn + "to_k", norm(attn + "norm_k"), n)),
                streams.layers().linear(attn + "to_v", n));
        return streams.gated(once, p.get(8), streams.layers().linear(attn + "to_out.0", again));
    }

    private GraphValue fed(String path, GraphValue x, List<GraphValue> m) {
        return streams.gated(x, m.get(5), feed.of(path, streams.rows(streams.moved(x, m.get(3), m.get(4)))));
    }

    private GraphValue joined(GraphValue text, GraphValue places) {
        GraphValue both = ops().concat(1, text, places);
        return turns == null ? streams.rows(both) : turns.over(both);
    }

    private @Nullable String norm(String path) {
        return normed ? path : null;
    }

    private Operators ops() {
        return streams.ops();
    }
}
