package org.moslora.generation.batch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moslora.pictures.FailedRows;
import org.moslora.pictures.GenerationParameters;
import org.moslora.pictures.ImageRows;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;

/** What an output folder holds of a job: eight bytes for each picture, and those that failed. */
final class OutputIndex {
    private static final Pattern NAME = Pattern.compile("(\\d{5,9})-\\d+\\.png");

    private final Path out;
    private final Map<String, Long> failed;
    private long[] marks = new long[64];

    private OutputIndex(Path out, Map<String, Long> failed) {
        this.out = out;
        this.failed = failed;
    }

    /**
     * Reads a folder, which need not be there.
     *
     * @param retry whether what failed counts for nothing
     */
    static OutputIndex read(Path out, boolean retry) {
        OutputIndex index = new OutputIndex(out, retry ? Map.of() : FailedRows.marks(out));
        ImageRows.forEach(out, index::add);
        return index;
    }

    private void add(String file, GenerationParameters parameters) {
        Matcher name = NAME.matcher(file);
        if (name.matches()) {
            int number = Integer.parseInt(name.group(1));
            if (number >= marks.length) {
                marks = Arrays.copyOf(marks, Math.max(number + 1, 2 * marks.length));
            }
            marks[number] = parameters.mark();
        }
    }

    /** Whether just this picture is there. */
    boolean has(PlannedImage picture) {
        Matcher name = NAME.matcher(picture.file());
        int number = name.matches() ? Integer.parseInt(name.group(1)) : marks.length;
        return number < marks.length
                && marks[number] == picture.making().mark()
                && Files.isRegularFile(out.resolve(picture.file()));
    }

    /** Whether just this picture was tried before, in vain. */
    boolean failed(PlannedImage picture) {
        Long mark = failed.get(picture.file());
        return mark != null && mark == picture.making().mark();
    }

    /** Whether somebody else's picture has the name: no row speaks of it, and it says that something else made it. */
    boolean isForeign(PlannedImage picture) {
        Path file = out.resolve(picture.file());
        Matcher name = NAME.matcher(picture.file());
        int number = name.matches() ? Integer.parseInt(name.group(1)) : marks.length;
        boolean known = number < marks.length && marks[number] != 0;
        return !known && Files.exists(file) && !isOwn(file, picture);
    }

    /** A call that was cut off may have left a picture before its row. */
    private static boolean isOwn(Path file, PlannedImage picture) {
        try {
            return GenerationParameters.read(file).equals(picture.making().request());
        } catch (InvalidInput other) {
            return false;
        }
    }

    /** Makes the folder ready to be written to. */
    static void prepare(Path out, boolean retry) {
        try {
            Files.createDirectories(out);
            ImageRows.mend(out);
            if (retry) {
                FailedRows.clear(out);
            }
        } catch (IOException broken) {
            throw new InvalidInput(FieldName.of("out", out), "cannot be made: " + broken.getMessage());
        }
    }
}
