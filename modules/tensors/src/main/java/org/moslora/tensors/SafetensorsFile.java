package org.moslora.tensors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;

/** One safetensors file: the header is read and checked at once, the data is mapped tensor by tensor. */
public final class SafetensorsFile implements WeightSource {
    private final Path path;
    private final FileChannel channel;
    private final SafetensorsHeader header;

    private SafetensorsFile(Path path, FileChannel channel, SafetensorsHeader header) {
        this.path = path;
        this.channel = channel;
        this.header = header;
    }

    /**
     * Opens a file and checks everything that can be checked without looking at values: header, types, shapes, and
     * that the tensors fill the file without gap, overlap or remainder.
     *
     * @throws InvalidInput if the file is absent, unreadable, of another format, truncated or inconsistent; all
     *     problems of the header are told together
     */
    public static WeightSource open(Path path) {
        if (!Files.exists(path)) {
            throw new InvalidInput(
                    path.toString(),
                    Files.isSymbolicLink(path) ? "is a link to a file that is not there" : "there is no such file");
        }
        if (Files.isDirectory(path)) {
            throw new InvalidInput(path.toString(), "is a folder, but a .safetensors file is expected");
        }
        InputFile.mustBeFile(path);
        try {
            return open(path, FileChannel.open(path, StandardOpenOption.READ));
        } catch (AccessDeniedException denied) {
            throw new InvalidInput(path.toString(), "may not be read: permission denied");
        } catch (IOException failure) {
            throw new InvalidInput(path.toString(), "cannot be read: " + failure.getMessage());
        }
    }

    /** Numbers in all tensors of all files of this format in a folder and the folders in it. */
    public static long elementsBelow(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".safetensors"))
                    .mapToLong(SafetensorsFile::elements)
                    .sum();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static long elements(Path file) {
        try (WeightSource weights = open(file)) {
            return weights.elements();
        }
    }

    private static WeightSource open(Path path, FileChannel channel) throws IOException {
        try {
            return new SafetensorsFile(path, channel, SafetensorsHeaderReader.read(path.toString(), channel));
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(header.tensors().keySet());
    }

    @Override
    public TensorInfo info(String name) {
        return placed(name).info();
    }

    @Override
    public List<ByteBuffer> bytes(String name) {
        Placed placed = placed(name);
        long start = header.dataStart() + placed.begin();
        try {
            if (channel.size() < header.dataStart() + placed.end()) {
                throw new InvalidInput(
                        path.toString(), "was cut since it was opened: tensor " + NameExcerpt.name(name) + " is gone");
            }
            return Mapping.of(channel, start, placed.info().byteSize());
        } catch (ClosedChannelException closed) {
            throw new IllegalStateException(path + " was closed", closed);
        } catch (IOException failure) {
            throw new InvalidInput(
                    path.toString(), "tensor " + NameExcerpt.name(name) + " cannot be mapped: " + failure.getMessage());
        }
    }

    @Override
    public Map<String, String> metadata() {
        return header.metadata();
    }

    @Override
    public Path file(String name) {
        placed(name);
        return path;
    }

    @Override
    public Path origin() {
        return path;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private Placed placed(String name) {
        Placed placed = header.tensors().get(name);
        if (placed == null) {
            throw NoSuchTensor.in(path, name, names());
        }
        return placed;
    }
}
