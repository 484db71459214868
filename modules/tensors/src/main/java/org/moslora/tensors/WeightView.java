package org.moslora.tensors;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A source that is another one seen in another way: whatever it does not say itself is that one's word. */
public interface WeightView extends WeightSource {
    /** What is seen; closing the view closes it. */
    WeightSource base();

    @Override
    default Set<String> names() {
        return base().names();
    }

    @Override
    default TensorInfo info(String name) {
        return base().info(name);
    }

    @Override
    default List<ByteBuffer> bytes(String name) {
        return base().bytes(name);
    }

    @Override
    default Optional<Packed> packed(String name) {
        return base().packed(name);
    }

    @Override
    default DType stored(String name) {
        return base().stored(name);
    }

    @Override
    default Map<String, String> metadata() {
        return base().metadata();
    }

    @Override
    default Path file(String name) {
        return base().file(name);
    }

    @Override
    default String spelled(String name) {
        return base().spelled(name);
    }

    @Override
    default Path origin() {
        return base().origin();
    }

    @Override
    default void close() {
        base().close();
    }
}
