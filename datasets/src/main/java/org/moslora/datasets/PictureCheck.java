package org.moslora.datasets;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.moslora.datasets.ConversationChecks.Looked;
import org.moslora.datasets.ConversationChecks.Remark;
import org.moslora.examples.image.Picture;
import org.moslora.examples.image.PictureDecoder;
import org.moslora.examples.image.PictureHeader;
import org.moslora.examples.quality.PictureLook;
import org.moslora.examples.quality.PictureNeeds;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.FolderEntries;

/** Looks at one picture file. */
final class PictureCheck {
    private static final double LONG_STRIP = 20;

    private final Path images;
    private final boolean deep;
    private final @Nullable PictureNeeds needs;
    /** The names in each folder by their lower-case stems, listed when the first picture in it is missing. */
    private final Map<Path, Map<String, String>> stems = new ConcurrentHashMap<>();

    PictureCheck(Path images, boolean deep, @Nullable PictureNeeds needs) {
        this.images = images;
        this.deep = deep;
        this.needs = needs;
    }

    Looked look(String name) {
        List<Remark> remarks = new ArrayList<>();
        PictureLook look = null;
        try {
            Path file = ConversationChecks.file(images, name);
            if (!Files.exists(file)) {
                return new Looked(
                        List.of(error("image-missing", "picture " + file + " does not exist" + otherwise(file))), null);
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
                Picture picture = PictureDecoder.decode(file);
                picture.notes().stream()
                        .filter(note -> note.startsWith("first of"))
                        .forEach(note -> remarks.add(new Remark(
                                Severity.WARNING,
                                "image-frames",
                                "of picture " + name + " only the " + note + " is used")));
                look = new PictureLook(name, file, picture, needs);
                look.remarks().forEach(remark -> remarks.add(warning(remark)));
            }
        } catch (InvalidInput invalid) {
            invalid.problems().forEach(problem -> remarks.add(error("image-unreadable", "picture " + problem)));
        }
        return new Looked(remarks, look);
    }

    static Remark warning(org.moslora.examples.quality.Remark odd) {
        return new Remark(Severity.WARNING, odd.rule(), odd.message());
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
        FolderEntries.readable(folder).stream()
                .map(file -> String.valueOf(file.getFileName()))
                .forEach(name -> byStem.putIfAbsent(stem(name), name));
        return byStem;
    }

    private static String stem(String name) {
        int dot = name.lastIndexOf('.');
        return (dot > 0 ? name.substring(0, dot) : name).toLowerCase(Locale.ROOT);
    }
}
