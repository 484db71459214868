package org.moslora.layers.quantised;

import java.nio.ByteBuffer;
import java.util.SortedSet;
import java.util.zip.CRC32C;
import org.moslora.tensors.Digests;
import org.moslora.tensors.TensorInfo;
import org.moslora.tensors.WeightSource;

/**
 * What quantised copies follow from: names, types and shapes of the weights, and some of their values. To read all of a
 * large base at every start would cost more than quantising saves; two models that agree at three places of every
 * weight are one.
 */
final class MadeOf {
    /** Changes whenever the same base gives other copies. */
    private static final String RECIPE = "1";

    private static final int STRETCH = 1024;

    private MadeOf() {}

    static String digest(WeightSource base, SortedSet<String> held, Quantisation form) {
        StringBuilder text = new StringBuilder(RECIPE).append(' ').append(form);
        for (String name : held) {
            TensorInfo info = base.info(name);
            CRC32C sum = new CRC32C();
            for (ByteBuffer piece : base.bytes(name)) {
                add(sum, piece, 0);
                add(sum, piece, piece.remaining() / 2);
                add(sum, piece, piece.remaining() - STRETCH);
            }
            text.append('\n').append(name).append(' ').append(info.dtype()).append(info.shape());
            text.append(' ').append(sum.getValue());
        }
        return Digests.sha256OfText(text.toString());
    }

    private static void add(CRC32C sum, ByteBuffer piece, int from) {
        int start = Math.max(0, from);
        sum.update(piece.slice(start, Math.min(STRETCH, piece.remaining() - start)));
    }
}
