package org.moslora.training;

import java.nio.file.Path;
import java.util.List;
import org.moslora.console.progress.StopRequest;
import org.moslora.tensors.DurableFiles;
import org.moslora.tensors.FolderEntries;
import org.moslora.tensors.FolderTree;
import org.moslora.training.team.WorkerReport;

/**
 * Leads a team to the end of a training: where a member is lost, all begin again at the last checkpoint. As long as
 * checkpoints come, that goes on; without one only a few times.
 */
public final class TeamAttempts {
    private static final int IN_VAIN = 4;

    private final TeamRun training;
    private final TrainingListener listener;

    /** @param listener hears of steps and of workers that are lost */
    public TeamAttempts(TeamRun training, TrainingListener listener) {
        this.training = training;
        this.listener = listener;
    }

    /** One attempt of all members. */
    @FunctionalInterface
    public interface Attempt {
        /**
         * Has all members train, and waits until none works any more.
         *
         * @param number of the attempt, from 1
         * @param after the checkpoint's step at which all begin, 0 for the beginning
         * @return a report a member, by rank
         */
        List<WorkerReport> run(int number, int after);
    }

    /**
     * Trains to the last step.
     *
     * @param resumes whether the run folder holds a run to go on with
     * @throws RuntimeException what a member threw, as it would have come in one process
     */
    public void run(boolean resumes, Attempt attempt) {
        Checkpoints checkpoints = new Checkpoints(training.run().checkpoints(), 1);
        int begun = resumes ? checkpoints.latest().orElse(0) : 0;
        try (MetricsFollower follower =
                new MetricsFollower(training.run().metrics(), begun, training.steps(), listener)) {
            follower.start();
            int after = begun;
            int inVain = 0;
            for (int number = 1; ; number++) {
                List<WorkerReport> reports = attempt.run(number, after);
                sweep();
                if (isDone(reports)) {
                    return;
                }
                int reached = Math.max(after, checkpoints.latest().orElse(0));
                inVain = reached > after ? 0 : inVain + 1;
                after = reached;
                String lost = lost(reports);
                if (inVain > IN_VAIN || StopRequest.isMade()) {
                    throw new IllegalStateException(
                            lost + "; no step after " + after + " came into a checkpoint in " + inVain + " attempts");
                }
                listener.tell(lost + "; all go on after step " + after);
            }
        } finally {
            listener.ended();
        }
    }

    private static boolean isDone(List<WorkerReport> reports) {
        for (WorkerReport report : reports) {
            if (report.isFailure()) {
                throw report.raised();
            }
        }
        return reports.stream().allMatch(report -> report.ending() == WorkerReport.Ending.DONE);
    }

    private static String lost(List<WorkerReport> reports) {
        return reports.stream()
                .filter(report -> report.ending() == WorkerReport.Ending.LOST)
                .map(WorkerReport::message)
                .distinct()
                .reduce((one, other) -> one.contains(" is gone") ? other : one)
                .orElse("a worker was lost");
    }

    /** Takes away what lost members had begun to write. */
    private void sweep() {
        for (Path folder : List.of(training.run().path(), training.run().checkpoints())) {
            FolderEntries.of(folder).stream()
                    .filter(entry -> DurableFiles.isPassing(entry.getFileName().toString()))
                    .forEach(FolderTree::deleteQuietly);
        }
    }
}
