package org.moslora.tensors;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Named tensors whose bytes are mapped when asked for: a file, a folder of shards, or a view of either under other
 * names. Whoever opens one closes it; buffers handed out stay valid after that, for as long as they are reachable.
 * Reading from several threads is safe.
 */
public interface WeightSource extends AutoCloseable {
    /** The names of all tensors, sorted. */
    Set<String> names();

    /**
     * Type and shape of a tensor.
     *
     * @throws org.moslora.problems.InvalidInput if there is no such tensor
     */
    TensorInfo info(String name);

    /**
     * The values of a tensor, row-major: read-only little-endian direct buffers, each from position 0 to its limit.
     * One buffer, except for a tensor of 2 GiB or more, which comes as consecutive buffers of at most 1 GiB of whole
     * elements. Every call returns buffers of its own.
     *
     * @throws org.moslora.problems.InvalidInput if there is no such tensor, it is {@link #packed}, or the file was cut
     *     since it was opened
     * @throws IllegalStateException if the source was closed
     */
    List<ByteBuffer> bytes(String name);

    /**
     * How a tensor is held that does not lie there as plain numbers, such as a quantised weight; empty for all others.
     * {@link #info} then says what it stands for.
     *
     * @throws org.moslora.problems.InvalidInput if there is no such tensor
     */
    default Optional<Packed> packed(String name) {
        return Optional.empty();
    }

    /**
     * The type in which the file holds a tensor: another than that of {@link #info} where {@link #bytes} makes numbers in
     * memory out of narrower ones and a scale.
     *
     * @throws org.moslora.problems.InvalidInput if there is no such tensor
     */
    default DType stored(String name) {
        return info(name).dtype();
    }

    /** Whether {@link #bytes} makes a tensor's numbers in memory, and does not map them. */
    default boolean isMade(String name) {
        return stored(name) != info(name).dtype();
    }

    /** What {@code __metadata__} says, sorted by key; of several files, the first one's word counts. */
    Map<String, String> metadata();

    /**
     * The file that holds a tensor.
     *
     * @throws org.moslora.problems.InvalidInput if there is no such tensor
     */
    Path file(String name);

    /**
     * The name that a tensor has in its file, where this source gives it another one.
     *
     * @throws org.moslora.problems.InvalidInput if there is no such tensor
     */
    default String spelled(String name) {
        return info(name).name();
    }

    /** The file or folder that was opened. */
    Path origin();

    /** Numbers in all tensors. */
    default long elements() {
        return elements(name -> true);
    }

    /** Numbers in the tensors with such names. */
    default long elements(Predicate<String> names) {
        return names().stream()
                .filter(names)
                .mapToLong(name -> info(name).elements())
                .sum();
    }

    @Override
    void close();
}
