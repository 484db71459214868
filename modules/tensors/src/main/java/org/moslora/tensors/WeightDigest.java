package org.moslora.tensors;

import java.nio.ByteBuffer;
import java.util.SortedSet;
import java.util.zip.CRC32C;

/**
 * What can be made of weights follows from names, types and shapes, and from some of their values. To read all of a large
 * model at every start would cost more than what is kept saves; two models that agree at three places of every weight are
 * one.
 */
public final class WeightDigest {
    private static final int STRETCH = 1024;

    private WeightDigest() {}

    /**
     * A digest of some of a model's weights.
     *
     * @param beginning of the text that is digested: what else there is to tell apart
     */
    public static String of(String beginning, WeightSource base, SortedSet<String> names) {
        StringBuilder text = new StringBuilder(beginning);
        for (String name : names) {
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
