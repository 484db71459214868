package org.moslora.tensors;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** A source under other names; {@code keys} leads from each name to the base's own. */
record RenamedWeights(WeightSource base, SortedMap<String, String> keys) implements WeightView {
    RenamedWeights {
        keys = Collections.unmodifiableSortedMap(keys);
    }

    @Override
    public Set<String> names() {
        return keys.keySet();
    }

    @Override
    public TensorInfo info(String name) {
        return base.info(key(name)).named(name);
    }

    @Override
    public List<ByteBuffer> bytes(String name) {
        return base.bytes(key(name));
    }

    @Override
    public Optional<Packed> packed(String name) {
        return base.packed(key(name));
    }

    @Override
    public DType stored(String name) {
        return base.stored(key(name));
    }

    @Override
    public String spelled(String name) {
        return base.spelled(key(name));
    }

    @Override
    public Path file(String name) {
        return base.file(key(name));
    }

    private String key(String name) {
        String key = keys.get(name);
        if (key == null) {
            throw NoSuchTensor.in(origin(), name, names());
        }
        return key;
    }
}
