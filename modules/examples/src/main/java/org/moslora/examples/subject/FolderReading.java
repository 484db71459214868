package org.moslora.examples.subject;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.image.Picture;
import org.moslora.examples.image.PictureDecoder;
import org.moslora.problems.InvalidInput;

/** Sorts out what lies in a folder of pictures. */
final class FolderReading {
    /** Captions, caches and lists that belong beside pictures. */
    private static final Set<String> COMPANIONS =
            Set.of("txt", "caption", "npz", "json", "jsonl", "csv", "safetensors", "md", "yaml", "yml");

    /** What file managers and archives leave. */
    private static final Set<String> LEFTOVERS = Set.of("thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx");

    private final String where;
    private final Path folder;
    private final List<String> notes = new ArrayList<>();

    FolderReading(String where, Path folder) {
        this.where = where;
        this.folder = folder;
    }

    SubjectPictures read() {
        List<SubjectPicture> pictures = new ArrayList<>();
        for (Path file : files()) {
            if (Files.isDirectory(file)) {
                notes.add(name(file) + " is a folder and is not looked into");
                continue;
            }
            SubjectPicture picture = decoded(file);
            if (picture != null) {
                pictures.add(picture);
            }
        }
        return new SubjectPictures(folder, pictures, notes);
    }

    private List<Path> files() {
        if (Files.isRegularFile(folder)) {
            throw new InvalidInput(where, folder + " is a file; a folder of pictures is expected");
        } else if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> !isJunk(name(file)))
                    .sorted(Comparator.comparing(FolderReading::name))
                    .toList();
        } catch (IOException unreadable) {
            throw new InvalidInput(where, folder + " cannot be listed: " + unreadable.getMessage());
        }
    }

    static boolean isJunk(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        String extension = lower.substring(lower.lastIndexOf('.') + 1);
        return name.startsWith(".") || LEFTOVERS.contains(lower) || COMPANIONS.contains(extension);
    }

    private @Nullable SubjectPicture decoded(Path file) {
        Picture picture;
        try {
            picture = PictureDecoder.decode(file);
        } catch (InvalidInput broken) {
            broken.problems().forEach(problem -> notes.add(name(file) + " is passed over: it " + problem.what()));
            return null;
        }
        picture.notes().forEach(note -> notes.add(name(file) + ": " + note));
        return new SubjectPicture(file, picture.width(), picture.height(), caption(file));
    }

    /** The first line of NAME.txt that says something. */
    private @Nullable String caption(Path picture) {
        String name = name(picture);
        int dot = name.lastIndexOf('.');
        Path file = picture.resolveSibling((dot < 0 ? name : name.substring(0, dot)) + ".txt");
        if (!Files.isRegularFile(file)) {
            return null;
        }
        try {
            return Files.readAllLines(file).stream()
                    .map(line -> line.replace("\ufeff", "").strip())
                    .filter(line -> !line.isEmpty())
                    .findFirst()
                    .orElse("");
        } catch (IOException unreadable) {
            throw new InvalidInput(file.toString(), "cannot be read as UTF-8 text: " + unreadable.getMessage());
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
