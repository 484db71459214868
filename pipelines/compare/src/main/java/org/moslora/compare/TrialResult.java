package org.moslora.compare;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InputFile;
import org.moslora.tensors.DurableFiles;

/**
 * What a finished trial left, as it lies beside its run folder.
 *
 * @param command the command line that trained it
 * @param parameters that were trained
 * @param seconds of all steps
 * @param peakBytes largest resident memory of the training process
 * @param trainingLoss mean of the last tenth of the steps
 * @param validation scores by the first of which rates are chosen; null before they are known
 * @param test scores that are reported; null before they are known
 */
record TrialResult(
        List<String> command,
        long parameters,
        double seconds,
        long peakBytes,
        double trainingLoss,
        @Nullable Score validation,
        @Nullable Score test) {
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    /** The scores for a purpose; null before they are known. */
    @Nullable
    Score score(ScoreSplit part) {
        return part == ScoreSplit.TEST ? test : validation;
    }

    TrialResult with(ScoreSplit part, Score score) {
        return part == ScoreSplit.TEST
                ? new TrialResult(command, parameters, seconds, peakBytes, trainingLoss, validation, score)
                : new TrialResult(command, parameters, seconds, peakBytes, trainingLoss, score, test);
    }

    void write(Path file) {
        DurableFiles.writeString(file, GSON.toJson(this) + "\n");
    }

    /** What lies there, unless it is of another command. */
    static Optional<TrialResult> read(Path file, List<String> command) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            TrialResult result = GSON.fromJson(InputFile.text(file), TrialResult.class);
            return Optional.ofNullable(result).filter(found -> command.equals(found.command()));
        } catch (JsonParseException damaged) {
            return Optional.empty();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
