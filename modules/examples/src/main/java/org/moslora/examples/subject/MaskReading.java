package org.moslora.examples.subject;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.image.Picture;
import org.moslora.examples.image.PictureDecoder;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;

/** Finds what says which part of each picture is learnt, and looks whether it can be meant. */
final class MaskReading {
    private static final String ENDING = "-mask.png";
    private static final int NAMED = 3;

    private final String where;
    private final Problems problems = new Problems();
    private final List<String> without = new ArrayList<>();

    MaskReading(String where) {
        this.where = where;
    }

    /** The NAME of NAME-mask.png, null for any other name. */
    static @Nullable String masked(String name) {
        return name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : null;
    }

    /**
     * A mask as a gray picture, or null if there is none: a picture's alpha only counts where some of it is not opaque.
     *
     * @param from the picture itself, or the file beside it, of which red counts
     */
    static @Nullable Picture decode(Path picture, Path from) {
        return from.equals(picture) ? PictureDecoder.alpha(picture) : PictureDecoder.decode(from);
    }

    /** Whether a mask lets nothing through. */
    private static boolean isBlack(Picture mask) {
        for (int i = 0; i < mask.rgb().length; i += 3) {
            if (mask.rgb()[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Where the mask of a picture is, or null without one. */
    @Nullable
    Path of(Path file, Picture picture) {
        Path beside = file.resolveSibling(FolderReading.stem(file) + ENDING);
        Path from = Files.isRegularFile(beside) ? beside : file;
        try {
            Picture mask = decode(file, from);
            if (mask == null) {
                without.add(String.valueOf(file.getFileName()));
                return null;
            }
            check(file, picture, from, mask);
        } catch (InvalidInput damaged) {
            problems.addAll(damaged);
        }
        return from;
    }

    private void check(Path file, Picture picture, Path from, Picture mask) {
        if (mask.width() != picture.width() || mask.height() != picture.height()) {
            problems.add(
                    where,
                    "%s has %d x %d pixels, but the picture that it masks has %d x %d: %s",
                    from,
                    mask.width(),
                    mask.height(),
                    picture.width(),
                    picture.height(),
                    file.getFileName());
        } else if (isBlack(mask)) {
            problems.add(where, "%s", black(file, from));
        }
    }

    private static String black(Path file, Path from) {
        return from.equals(file)
                ? file + " is transparent all over, so that nothing of it would be learnt"
                : from + " is black all over, so that nothing of " + file.getFileName()
                        + " would be learnt; white is what is learnt";
    }

    /**
     * What the user should know.
     *
     * @throws org.moslora.problems.InvalidInput with every mask that cannot be meant
     */
    List<String> finish(int pictures) {
        problems.throwIfAny();
        if (without.isEmpty()) {
            return List.of();
        }
        List<String> names = without.subList(0, Math.min(NAMED, without.size()));
        return List.of(without.size() + " of " + pictures + " pictures have no mask and are learnt whole: "
                + String.join(", ", names) + (without.size() > NAMED ? ", …" : ""));
    }
}
