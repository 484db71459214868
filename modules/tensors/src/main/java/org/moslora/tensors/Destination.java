package org.moslora.tensors;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Where bytes for a path go: links are followed, so that what they point to is replaced and not they themselves; devices,
 * pipes and the process's own streams are written to as they are.
 *
 * @param path no link
 * @param isStream whether nothing there can be renamed or replaced
 */
record Destination(Path path, boolean isStream) {
    private static final int MOST_LINKS = 40;
    private static final String DESCRIPTOR = "/dev/(std(in|out|err)|fd/\\d+)|/proc/(self|\\d+)/(task/\\d+/)?fd/\\d+";
    private static final String OUT = "/dev/stdout|(/dev|/proc/self)/fd/1";
    private static final String ERR = "/dev/stderr|(/dev|/proc/self)/fd/2";

    static Destination of(Path given) throws IOException {
        Path path = named(given.toAbsolutePath());
        for (int i = 0; i < MOST_LINKS; i++) {
            if (path.toString().matches(DESCRIPTOR)) {
                return new Destination(path, true);
            }
            if (!Files.isSymbolicLink(path)) {
                return new Destination(path, isOther(path));
            }
            path = named(path.resolveSibling(Files.readSymbolicLink(path)));
        }
        throw new FileSystemLoopException(given.toString());
    }

    /** A path whose last part is a name, which {@code .} and {@code ..} are not. */
    private static Path named(Path absolute) throws IOException {
        Path last = absolute.getFileName();
        boolean named =
                last != null && !last.toString().equals(".") && !last.toString().equals("..");
        return named ? absolute : absolute.toRealPath();
    }

    private static boolean isOther(Path path) throws IOException {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                && Files.readAttributes(path, BasicFileAttributes.class).isOther();
    }

    /** Writes to a stream what was first gathered in a file: bodies may ask where they are. */
    void stream(DurableFiles.Body body) throws IOException {
        Path gathered = Files.createTempFile("moslora", ".stream");
        try {
            try (FileChannel channel = FileChannel.open(gathered, StandardOpenOption.WRITE)) {
                body.writeTo(channel);
            }
            try (OutputStream out = opened()) {
                Files.copy(gathered, out);
            }
        } finally {
            Files.deleteIfExists(gathered);
        }
    }

    private OutputStream opened() throws IOException {
        String name = path.toString();
        if (name.matches(OUT)) {
            System.out.flush();
            return new Lasting(new FileOutputStream(FileDescriptor.out));
        }
        if (name.matches(ERR)) {
            System.err.flush();
            return new Lasting(new FileOutputStream(FileDescriptor.err));
        }
        return Files.newOutputStream(path, StandardOpenOption.WRITE);
    }

    /** One of the process's own streams, which stays open. */
    private static final class Lasting extends FilterOutputStream {
        Lasting(OutputStream stream) {
            super(stream);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            out.write(bytes, from, count);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
