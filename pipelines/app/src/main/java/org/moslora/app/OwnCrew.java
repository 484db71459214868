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

/** This machine: all in this process, but for what says that it starts others. */
final class OwnCrew implements Crew {
    @Override
    public void train(Pipeline pipeline, RunRequest request, @Nullable Integer workers) {
        if (workers == null) {
            pipeline.train(request);
        } else {
            new OwnWorkers(pipeline, request, workers).train();
        }
    }

    @Override
    public BatchSummary paint(BatchGeneration generation) {
        return generation.run();
    }

    @Override
    public String score(Evaluation evaluation, List<Path> data, Path out, @Nullable AnswerOptions options) {
        return evaluation.run(data, out, options);
    }

    @Override
    public Program trials(RunRequest request) {
        return new OwnProgram(request);
    }
}
