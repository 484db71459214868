package org.moslora.spark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.spark.SparkException;
import org.jspecify.annotations.Nullable;
import org.moslora.app.Crew;
import org.moslora.compare.Program;
import org.moslora.generation.batch.BatchGeneration;
import org.moslora.generation.batch.BatchSummary;
import org.moslora.problems.InvalidInput;
import org.moslora.training.Pipeline;
import org.moslora.training.RunRequest;
import org.moslora.training.TeamAttempts;
import org.moslora.training.TeamRun;
import org.moslora.training.team.Membership;
import org.moslora.training.team.WorkerReport;
import org.moslora.tuning.AnswerOptions;
import org.moslora.tuning.Evaluation;
import org.moslora.tuning.ScoredRow;
import scala.reflect.ClassTag$;

/** Has executors do what a command's verb shares. */
final class SparkCrew implements Crew {
    private static final Pattern REASON = Pattern.compile(
            "ExecutorLostFailure \\(executor \\S+ exited[^)]*\\)|[\\w.$]+(?:Error|Exception): .{1,300}");

    private final Cluster cluster;
    private final List<String> words;
    private final Path workingFolder;

    /** @param words of the command, every path in them absolute */
    SparkCrew(Cluster cluster, List<String> words, Path workingFolder) {
        this.cluster = cluster;
        this.words = new ArrayList<>(words);
        this.workingFolder = workingFolder;
    }

    @Override
    public void train(Pipeline pipeline, RunRequest request, @Nullable Integer workers) {
        pipeline.lead(request, cluster.workers(), training -> {
            cluster.mustStay();
            if (cluster.isLocal() && cluster.workers() > 1) {
                throw new InvalidInput(
                        "--workers",
                        "is " + cluster.workers() + ", but a local master is one process; moslora train --workers "
                                + cluster.workers() + " starts several on this machine");
            }
            int size = cluster.await(cluster.workers());
            TeamRun.mustShare(training.microBatches(), size);
            if (cluster.isEncrypted() && size > 1) {
                request.listener().tell("gradients travel unencrypted between executors, whatever Spark encrypts");
            }
            new TeamAttempts(training, request.listener())
                    .run(request.resume() != null, (number, after) -> attempt(size, number, after));
        });
    }

    private List<WorkerReport> attempt(int size, int number, int after) {
        cluster.await(size);
        TrainTask task = new TrainTask(words, workingFolder.toString(), size, number, after, Membership.newSecret());
        List<Integer> ranks = IntStream.range(0, size).boxed().toList();
        try {
            return cluster
                    .context()
                    .parallelize(new ArrayList<>(ranks), size)
                    .rdd()
                    .barrier()
                    .mapPartitions(new EachElement<>(task), false, ClassTag$.MODULE$.<String>apply(String.class))
                    .toJavaRDD()
                    .collect()
                    .stream()
                    .map(WorkerReport::parse)
                    .toList();
        } catch (Exception lost) {
            if (!(lost instanceof SparkException) && !(lost.getCause() instanceof SparkException)) {
                throw lost;
            }
            return List.of(WorkerReport.lost("an executor was lost" + reason(lost)));
        }
    }

    /** What Spark knows of it: the executor that went, or the error by which a task never began. */
    static String reason(Exception lost) {
        return String.valueOf(lost.getMessage())
                .lines()
                .map(REASON::matcher)
                .filter(Matcher::find)
                .map(found -> ": " + found.group())
                .findFirst()
                .orElse("");
    }

    @Override
    public BatchSummary paint(BatchGeneration generation) {
        return generation.run((units, batch, done) -> {
            cluster.await(cluster.workers());
            new SharedJob(cluster).run(units, new PaintTask(withBatch(batch)), (index, rows) -> done.accept(rows));
        });
    }

    /** A size that was chosen here holds everywhere; a picture that is made again has the place that it says. */
    private List<String> withBatch(int batch) {
        ArrayList<String> all = new ArrayList<>(words);
        boolean again = words.stream().anyMatch(word -> word.startsWith("--from-image"));
        if (!again) {
            all.addAll(List.of("--batch", Integer.toString(batch)));
        }
        return all;
    }

    @Override
    public String score(Evaluation evaluation, List<Path> data, Path out, @Nullable AnswerOptions options) {
        return evaluation.run(data, out, options, (passes, done) -> {
            cluster.await(cluster.workers());
            List<Integer> all = IntStream.range(0, passes).boxed().toList();
            new SharedJob(cluster).<Integer, List<ScoredRow>>run(all, new ScoreTask(words), done);
        });
    }

    @Override
    public Program trials(RunRequest request) {
        return new SparkProgram(cluster, Crew.OWN.trials(request), workingFolder);
    }
}
