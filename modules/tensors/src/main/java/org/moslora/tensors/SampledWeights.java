package org.moslora.tensors;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.SortedSet;
import java.util.zip.CRC32C;

/**
 * Tells weights apart by names, types, shapes and some of their values. To read all of a large model at every start would
 * cost more than what is made of it saves; two models that agree at three places of every weight are one.
 */
public final class SampledWeights {
    private static final int STRETCH = 1024;

    private SampledWeights() {}

    /** What tells these weights of a source from others: one line for each. */
    public static String text(WeightSource source, SortedSet<String> names) {
        StringBuilder text = new StringBuilder();
        names.forEach(name -> add(text, source, name));
        return text.toString();
    }

    private static void add(StringBuilder text, WeightSource source, String name) {
        Optional<Packed> packed = source.packed(name);
        if (packed.isPresent()) {
            packed.get().names().forEach(part -> add(text, packed.get().parts(), part));
            return;
        }
        TensorInfo info = source.info(name);
        CRC32C sum = new CRC32C();
        for (ByteBuffer piece : source.bytes(name)) {
            add(sum, piece, 0);
            add(sum, piece, piece.remaining() / 2);
            add(sum, piece, piece.remaining() - STRETCH);
        }
        text.append('\n').append(name).append(' ').append(info.dtype()).append(info.shape());
        text.append(' ').append(sum.getValue());
    }

    private static void add(CRC32C sum, ByteBuffer piece, int from) {
        int start = Math.max(0, from);
        sum.update(piece.slice(start, Math.min(STRETCH, piece.remaining() - start)));
    }
}
