package org.moslora.tensors;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.moslora.problems.Messages;

/**
 * A folder of files that lie in the program's archives and have to lie on the disk, such as native libraries. They are
 * unpacked beside it, and the folder gets its name when it is complete. Each file is held against the archive once since
 * it was last written, and at every start against the size and time that it had then; what was cut off or changed is unpacked anew.
 * Processes that start together take turns.
 */
public final class Unpacked {
    private static final String CHECKED = ".checked";
    private static final String UNPACKING = ".unpacking";
    private static final int BLOCK = 1 << 20;

    private final Path folder;
    private final SortedMap<String, Source> files;
    private final Messages messages;

    private Unpacked(Path folder, Map<String, Source> files, Messages messages) {
        this.folder = folder;
        this.files = new TreeMap<>(files);
        this.messages = messages;
    }

    /** Opens a file in its archive. */
    @FunctionalInterface
    public interface Source {
        /** A stream of its own for every call. */
        InputStream open() throws IOException;
    }

    /** Size and checksum of all that a stream gives. */
    private record Content(long size, long sum) {
        static Content of(InputStream in) throws IOException {
            CheckedInputStream summed = new CheckedInputStream(in, new CRC32());
            long size = 0;
            byte[] block = new byte[BLOCK];
            for (int read = summed.read(block); read >= 0; read = summed.read(block)) {
                size += read;
            }
            return new Content(size, summed.getChecksum().getValue());
        }
    }

    /**
     * Makes sure that the folder holds all files as they are in the archives.
     *
     * @param files where each comes from, by its name in the folder
     * @param messages hears what was wrong with a file that was there
     * @throws UncheckedIOException when it cannot be made so
     */
    public static void into(Path folder, Map<String, Source> files, Messages messages) {
        Unpacked unpacked = new Unpacked(folder.toAbsolutePath(), files, messages);
        try {
            if (!files.isEmpty() && !unpacked.wrong().isEmpty()) {
                unpacked.inTurn();
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(folder + " cannot be filled: " + broken.getMessage(), broken);
        }
    }

    private void inTurn() throws IOException {
        CacheTurn.taken(folder, () -> {
            List<String> wrong = wrong();
            if (!wrong.isEmpty()) {
                Path partial = folder.resolveSibling(folder.getFileName() + UNPACKING);
                FolderTree.delete(partial);
                Files.createDirectories(partial);
                unpack(wrong, partial);
            }
        });
    }

    /** Puts these files in place; a process that has mapped an old one keeps it. */
    private void unpack(List<String> wrong, Path partial) throws IOException {
        for (String name : wrong) {
            if (Files.exists(folder.resolve(name))) {
                messages.tell(folder.resolve(name) + " was cut off or changed; it is unpacked anew");
            }
            try (InputStream in = Objects.requireNonNull(files.get(name)).open()) {
                Files.copy(in, partial.resolve(name));
            }
        }
        FolderTree.flushAll(partial);
        if (Files.isDirectory(folder)) {
            for (String name : wrong) {
                Files.move(partial.resolve(name), folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            }
            FolderTree.delete(partial);
        } else {
            Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
        }
        noteChecked();
    }

    /** Names of the files that are absent or not as in the archives. */
    private List<String> wrong() throws IOException {
        Path noted = folder.resolve(CHECKED);
        boolean checked = Files.isRegularFile(noted) && Files.readString(noted).equals(state());
        if (checked) {
            return List.of();
        }
        List<String> wrong = new ArrayList<>();
        for (Map.Entry<String, Source> file : files.entrySet()) {
            if (!isWhole(folder.resolve(file.getKey()), file.getValue())) {
                wrong.add(file.getKey());
            }
        }
        if (wrong.isEmpty()) {
            noteChecked();
        }
        return wrong;
    }

    private static boolean isWhole(Path file, Source source) throws IOException {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (InputStream here = Files.newInputStream(file);
                InputStream there = source.open()) {
            return Content.of(here).equals(Content.of(there));
        }
    }

    /** So that the next start need not read them all; where nothing may be written it does. */
    private void noteChecked() throws IOException {
        if (Files.isWritable(folder)) {
            Path beside = folder.resolve(CHECKED + "." + ProcessHandle.current().pid());
            Files.writeString(beside, state());
            Files.move(beside, folder.resolve(CHECKED), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** Sizes and times of the files that lie there. */
    private String state() {
        return files.keySet().stream()
                .map(name -> {
                    Path path = folder.resolve(name);
                    return name + " " + path.toFile().length() + " "
                            + path.toFile().lastModified() + "\n";
                })
                .collect(Collectors.joining());
    }
}
