package org.moslora.layers;

import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;

/** Numbers that PyTorch computed; the README beside them says how. */
final class Golden implements AutoCloseable {
    private final WeightSource source;

    private Golden(WeightSource source) {
        this.source = source;
    }

    static Golden of(String name) {
        try {
            return new Golden(SafetensorsFile.open(
                    Path.of(Golden.class.getResource(name + ".safetensors").toURI())));
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    Values get(String name) {
        long[] shape =
                source.info(name).shape().stream().mapToLong(Long::longValue).toArray();
        return new Values(HalfFloats.floats(source, name), shape);
    }

    long[] longs(String name) {
        ByteBuffer bytes = source.bytes(name).get(0);
        long[] values = new long[bytes.remaining() / 8];
        bytes.asLongBuffer().get(values);
        return values;
    }

    /** {@code prefix.0}, {@code prefix.1}, …; an absent one has no entries. */
    List<Values> list(String prefix, int count) {
        List<Values> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = prefix + "." + i;
            list.add(source.names().contains(name) ? get(name) : Values.zeros(0));
        }
        return list;
    }

    @Override
    public void close() {
        source.close();
    }
}
