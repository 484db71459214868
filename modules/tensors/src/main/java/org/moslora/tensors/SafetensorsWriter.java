package org.moslora.tensors;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes safetensors files, the same bytes for the same tensors in whatever order they are given: widest elements
 * first, then by name, which is also how Python's library writes them. Data is streamed, so a file may be larger than
 * the memory; files appear complete or not at all, see {@link DurableFiles}.
 */
public final class SafetensorsWriter {
    private SafetensorsWriter() {}

    /**
     * Writes one file, replacing an existing one.
     *
     * @param metadata goes into {@code __metadata__}; readers in Python expect {@code format: pt}
     * @throws IllegalArgumentException if two tensors have one name, or one is called {@code __metadata__}
     * @throws java.io.UncheckedIOException if the file cannot be written
     */
    public static void write(Path file, Collection<? extends TensorData> tensors, Map<String, String> metadata) {
        List<? extends TensorData> ordered = ordered(tensors);
        DurableFiles.write(file, channel -> {
            BuffersData.writeAll(
                    channel,
                    List.of(HeaderText.of(ordered.stream().map(TensorData::info).toList(), metadata)));
            for (TensorData tensor : ordered) {
                writeWhole(tensor, channel);
            }
        });
    }

    /**
     * Writes {@code BASE-00001-of-0000M.safetensors} and so on, with their {@code BASE.safetensors.index.json}; when
     * one file holds it all, {@code BASE.safetensors} alone. Tensors are dealt out by name; one larger than the limit
     * gets a file to itself. The index comes last, so a folder with an index is complete.
     *
     * @param maxShardBytes limit for the data of one file
     * @return the files written, the index last
     * @throws IllegalArgumentException as {@link #write}
     * @throws java.io.UncheckedIOException if a file cannot be written
     */
    public static List<Path> writeSharded(
            Path folder,
            WeightName name,
            long maxShardBytes,
            Collection<? extends TensorData> tensors,
            Map<String, String> metadata) {
        ordered(tensors);
        return ShardPlan.of(tensors, maxShardBytes).write(folder, name, metadata);
    }

    private static List<? extends TensorData> ordered(Collection<? extends TensorData> tensors) {
        Set<String> names = new HashSet<>();
        for (TensorData tensor : tensors) {
            String name = tensor.info().name();
            if (name.equals(HeaderJson.METADATA) || !names.add(name)) {
                throw new IllegalArgumentException("tensor name " + name + " is taken");
            }
        }
        // Wide elements first keep every tensor at a multiple of its element size, which Python's reader relies on.
        return tensors.stream()
                .sorted(Comparator.comparing(
                                (TensorData tensor) -> tensor.info().dtype())
                        .thenComparing(tensor -> tensor.info().name()))
                .toList();
    }

    private static void writeWhole(TensorData tensor, FileChannel channel) throws IOException {
        long start = channel.position();
        FiniteChannel.write(tensor, channel);
        long written = channel.position() - start;
        if (written != tensor.info().byteSize()) {
            throw new IllegalStateException(tensor.info() + " wrote " + written + " bytes, not "
                    + tensor.info().byteSize());
        }
    }
}
