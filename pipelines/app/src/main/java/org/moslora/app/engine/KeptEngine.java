package org.moslora.app.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moslora.pictures.ImageRows;
import org.moslora.pictures.PngFile;
import org.moslora.problems.InvalidInput;

/** Which engine a job's pictures name, so that a job that goes on ends in the same bytes. */
public final class KeptEngine {
    private static final Pattern FIELD = Pattern.compile("\\b" + NamedPictures.FIELD + ": (torch|onnx)\\b");

    private KeptEngine() {}

    /**
     * Of the pictures of an output folder.
     *
     * @throws InvalidInput if they name none, since somebody had named it
     */
    public static Optional<String> of(Path out) {
        List<String> named = new ArrayList<>();
        ImageRows.forEach(out, (file, making) -> named.add(making.more().getOrDefault(NamedPictures.FIELD, "")));
        if (named.isEmpty()) {
            return Optional.empty();
        }
        String last = named.get(named.size() - 1);
        if (last.isEmpty()) {
            throw new InvalidInput(
                    "--engine auto",
                    out + " holds pictures of an engine that was named, torch if nothing was said; name it again, or"
                            + " another folder");
        }
        return Optional.of(last);
    }

    /** Of the picture that is to be made again. */
    public static Optional<String> ofPicture(Path picture) {
        Matcher field =
                FIELD.matcher(PngFile.readText(picture, PngFile.PARAMETERS).orElse(""));
        return field.find() ? Optional.of(field.group(1)) : Optional.empty();
    }
}
