package org.moslora.spark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.moslora.compare.Program;
import org.moslora.pictures.judge.Judge;

/** The program as a comparison uses it, whose commands run on executors, as many at a time as there are. */
record SparkProgram(Cluster cluster, Program own, Path workingFolder) implements Program {
    @Override
    public void check(Path recipe, List<String> overrides) {
        own.check(recipe, overrides);
    }

    @Override
    public Outcome run(List<String> words, Path log) {
        cluster.await(cluster.workers());
        List<Outcome> outcome = new ArrayList<>();
        TrialTask task =
                new TrialTask(new ArrayList<>(words), log.toAbsolutePath().toString(), workingFolder.toString());
        new SharedJob(cluster)
                .<Integer, TrialTask.Ended>run(
                        List.of(0), task, (index, ended) -> outcome.add(new Outcome(ended.code(), ended.out())));
        return outcome.get(0);
    }

    @Override
    public void together(List<Runnable> trials) {
        if (trials.isEmpty()) {
            return;
        }
        int executors = cluster.await(cluster.workers());
        ExecutorService pool = Executors.newFixedThreadPool(Math.min(executors, trials.size()));
        try {
            List<Future<?>> running = new ArrayList<>();
            trials.forEach(trial -> running.add(pool.submit(trial)));
            List<RuntimeException> failures = new ArrayList<>();
            running.forEach(each -> await(each, failures));
            if (!failures.isEmpty()) {
                throw failures.get(0);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static void await(Future<?> each, List<RuntimeException> failures) {
        try {
            each.get();
        } catch (ExecutionException failed) {
            failures.add(
                    failed.getCause() instanceof RuntimeException own
                            ? own
                            : new ClusterFailure("a trial failed: " + failed.getCause(), failed));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ClusterFailure("interrupted while trials ran", interrupted);
        }
    }

    @Override
    public <T> T judged(Path clip, Function<Judge, T> question) {
        return own.judged(clip, question);
    }
}
