package org.moslora.tensors;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** A source under other names; {@code keys} leads from each name to the source's own. */
record RenamedWeights(WeightSource source, SortedMap<String, String> keys) implements WeightSource {
    RenamedWeights {
        keys = Collections.unmodifiableSortedMap(keys);
    }

    @Override
    public Set<String> names() {
        return keys.keySet();
    }

    @Override
    public TensorInfo info(String name) {
        return source.info(key(name)).named(name);
    }

    @Override
    public List<ByteBuffer> bytes(String name) {
        return source.bytes(key(name));
    }

    @Override
    public Optional<Packed> packed(String name) {
        return source.packed(key(name));
    }

    @Override
    public Map<String, String> metadata() {
        return source.metadata();
    }

    @Override
    public String spelled(String name) {
        return source.spelled(key(name));
    }

    @Override
    public Path file(String name) {
        return source.file(key(name));
    }

    @Override
    public Path origin() {
        return source.origin();
    }

    @Override
    public void close() {
        source.close();
    }

    private String key(String name) {
        String key = keys.get(name);
        if (key == null) {
            throw NoSuchTensor.in(origin(), name, names());
        }
        return key;
    }
}
