package org.moslora.app;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.compare.Program;
import org.moslora.generation.batch.BatchGeneration;
import org.moslora.generation.batch.BatchSummary;
import org.moslora.training.Pipeline;
import org.moslora.training.RunRequest;
import org.moslora.tuning.AnswerOptions;
import org.moslora.tuning.Evaluation;

/** Who does the work of verbs that can be shared: this machine, unless a program with more of them says otherwise. */
public interface Crew {
    /** This machine. */
    Crew OWN = new OwnCrew();

    /** Who does the work of a verb of this program; this machine's where the verb stands alone. */
    static Crew of(@Nullable MosloraCli program) {
        return program == null ? OWN : program.crew();
    }

    /**
     * Trains.
     *
     * @param workers how many processes share it; null where the command does not say
     */
    void train(Pipeline pipeline, RunRequest request, @Nullable Integer workers);

    /** Paints pictures. */
    BatchSummary paint(BatchGeneration generation);

    /** Scores conversations; the summary as JSON. */
    String score(Evaluation evaluation, List<Path> data, Path out, @Nullable AnswerOptions options);

    /** What runs the trials of a comparison. */
    Program trials(RunRequest request);
}
