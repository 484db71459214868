package org.moslora.start;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.NearestName;

/** A commented recipe to begin with, whose values fit a model, data and this machine. */
public enum StartingRecipe {
    /** A LLaVA that is to answer about pictures. */
    VISUAL,
    /** A Stable Diffusion that is to paint a subject. */
    DREAMBOOTH,
    /** A text model that is to answer. */
    TEXT;

    private static final Pattern REMARK = Pattern.compile("([^#]*?) {2,}# (.*)");
    private static final int COLUMN = 34;

    /**
     * Reads a word of the command line.
     *
     * @throws InvalidInput when there is no such kind
     */
    public static StartingRecipe named(String word) {
        for (StartingRecipe kind : values()) {
            if (kind.word().equals(word.toLowerCase(Locale.ROOT))) {
                return kind;
            }
        }
        List<String> known = Arrays.stream(values()).map(StartingRecipe::word).toList();
        throw new InvalidInput("recipe", "there is no kind \"" + word + "\"" + NearestName.hint(word, known));
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The recipe's text.
     *
     * @param model the model's folder
     * @param data conversations, or the folder that holds them; of a subject the folder of its pictures
     * @throws InvalidInput if either is of another kind
     */
    public String text(Path model, Path data) {
        return aligned(
                switch (this) {
                    case VISUAL -> TuningStart.text(model, data, true);
                    case TEXT -> TuningStart.text(model, data, false);
                    case DREAMBOOTH -> SubjectStart.text(model, data);
                });
    }

    /** Comments behind values stand in one column, where the values leave room. */
    private static String aligned(String text) {
        return text.lines().map(StartingRecipe::alignedLine).collect(Collectors.joining("\n", "", "\n"));
    }

    private static String alignedLine(String line) {
        Matcher remark = REMARK.matcher(line);
        return remark.matches() && !remark.group(1).isBlank()
                ? String.format(Locale.ROOT, "%-" + COLUMN + "s# %s", remark.group(1) + "  ", remark.group(2))
                : line;
    }

    /** A path as a recipe holds it, whatever characters it has. */
    static String quoted(Path path) {
        String text = path.toAbsolutePath().normalize().toString();
        return "'" + text.replace("'", "''") + "'";
    }
}
