package org.moslora.examples.subject;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.image.Picture;
import org.moslora.examples.image.PictureDecoder;
import org.moslora.problems.InputFile;
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
    private final @Nullable MaskReading masks;
    private final List<String> notes = new ArrayList<>();

    FolderReading(String where, Path folder, boolean masked) {
        this.where = where;
        this.folder = folder;
        this.masks = masked ? new MaskReading(where) : null;
    }

    SubjectPictures read() {
        List<SubjectPicture> pictures = new ArrayList<>();
        List<Path> files = files();
        Set<String> stems = files.stream().map(FolderReading::stem).collect(Collectors.toSet());
        for (Path file : files) {
            String masked = MaskReading.masked(name(file));
            if (Files.isDirectory(file)) {
                notes.add(name(file) + " is a folder and is not looked into");
            } else if (masked == null || (masks == null && !stems.contains(masked))) {
                decoded(file).ifPresent(pictures::add);
            } else if (masks == null || !stems.contains(masked)) {
                notes.add(name(file) + " is passed over: it is the mask of a picture "
                        + (masks == null ? masked : masked + " that is not there"));
            }
        }
        if (masks != null) {
            notes.addAll(masks.finish(pictures.size()));
        }
        return new SubjectPictures(folder, pictures, notes);
    }

    List<Path> pictureFiles() {
        List<Path> files = files();
        Set<String> stems = files.stream().map(FolderReading::stem).collect(Collectors.toSet());
        return files.stream()
                .filter(Files::isRegularFile)
                .filter(file -> !stems.contains(String.valueOf(MaskReading.masked(name(file)))))
                .toList();
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

    private Optional<SubjectPicture> decoded(Path file) {
        Picture picture;
        try {
            picture = PictureDecoder.decode(file);
        } catch (InvalidInput broken) {
            broken.problems().forEach(problem -> notes.add(name(file) + " is passed over: it " + problem.what()));
            return Optional.empty();
        }
        Path mask = masks == null ? null : masks.of(file, picture);
        picture.notes().stream()
                .filter(note -> !(file.equals(mask) && note.equals(PictureDecoder.ALPHA_DROPPED)))
                .forEach(note -> notes.add(name(file) + ": " + note));
        return Optional.of(new SubjectPicture(file, picture.width(), picture.height(), caption(file), mask));
    }

    /** The first line of NAME.txt that says something. */
    private @Nullable String caption(Path picture) {
        Path file = picture.resolveSibling(stem(picture) + ".txt");
        if (!Files.isRegularFile(file)) {
            return null;
        }
        try {
            return InputFile.lines(file).stream()
                    .map(line -> line.replace("\ufeff", "").strip())
                    .filter(line -> !line.isEmpty())
                    .findFirst()
                    .orElse("");
        } catch (IOException unreadable) {
            throw new InvalidInput(file.toString(), "cannot be read as UTF-8 text: " + unreadable.getMessage());
        }
    }

    /** The name without what follows its last dot. */
    static String stem(Path file) {
        String name = name(file);
        int dot = name.lastIndexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
