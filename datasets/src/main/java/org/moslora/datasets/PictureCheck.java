package org.moslora.datasets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.moslora.datasets.ConversationChecks.Remark;
import org.moslora.examples.image.PictureDecoder;
import org.moslora.examples.image.PictureHeader;
import org.moslora.problems.InvalidInput;

/** Looks at one picture file. */
final class PictureCheck {
    private static final double LONG_STRIP = 20;

    private final Path images;
    private final boolean deep;
    /** The names in each folder by their lower-case stems, listed when the first picture in it is missing. */
    private final Map<Path, Map<String, String>> stems = new ConcurrentHashMap<>();

    PictureCheck(Path images, boolean deep) {
        this.images = images;
        this.deep = deep;
    }

    List<Remark> remarks(String name) {
        List<Remark> remarks = new ArrayList<>();
        try {
            Path file = ConversationChecks.file(images, name);
            if (!Files.exists(file)) {
                return List.of(error("image-missing", "picture " + file + " does not exist" + otherwise(file)));
            }
            PictureHeader header = PictureHeader.read(file);
            double ratio =
                    (double) Math.max(header.width(), header.height()) / Math.min(header.width(), header.height());
            if (ratio > LONG_STRIP) {
                remarks.add(new Remark(
                        Severity.WARNING,
                        "image-strip",
                        String.format(
                                "picture %s is %d x %d, %.0f times as long as wide: padded it is mostly border, cropped mostly"
                                        + " gone",
                                name, header.width(), header.height(), ratio)));
            }
            if (deep) {
                PictureDecoder.decode(file).notes().stream()
                        .filter(note -> note.startsWith("first of"))
                        .forEach(note -> remarks.add(new Remark(
                                Severity.WARNING,
                                "image-frames",
                                "of picture " + name + " only the " + note + " is used")));
            }
        } catch (InvalidInput invalid) {
            invalid.problems().forEach(problem -> remarks.add(error("image-unreadable", "picture " + problem)));
        }
        return remarks;
    }

    private static Remark error(String rule, String message) {
        return new Remark(Severity.ERROR, rule, message);
    }

    private String otherwise(Path file) {
        Path folder = file.getParent();
        Path last = file.getFileName();
        if (folder == null || last == null || !Files.isDirectory(folder)) {
            return folder == null ? "" : "; nor does the folder " + folder;
        }
        String other = stems.computeIfAbsent(folder, PictureCheck::list).get(stem(last.toString()));
        return other == null ? "" : " (did you mean " + other + "?)";
    }

    private static Map<String, String> list(Path folder) {
        Map<String, String> byStem = new HashMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .forEach(name -> byStem.putIfAbsent(stem(name), name));
        } catch (IOException unreadable) {
            // Then there is nothing to suggest.
        }
        return byStem;
    }

    private static String stem(String name) {
        int dot = name.lastIndexOf('.');
        return (dot > 0 ? name.substring(0, dot) : name).toLowerCase(Locale.ROOT);
    }
}
