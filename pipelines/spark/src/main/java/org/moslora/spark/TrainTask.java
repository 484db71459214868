package org.moslora.spark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkEnv;
import org.moslora.app.SharedWork;
import org.moslora.tensors.DurableFiles;
import org.moslora.training.TrainingListener;
import org.moslora.training.team.AddressExchange;
import org.moslora.training.team.Membership;
import org.moslora.training.team.MeshTeam;
import org.moslora.training.team.Team;
import org.moslora.training.team.WorkerReport;

/** A member of a team, on an executor; it comes back with its report. */
final class TrainTask implements ElementTask<Integer, String> {
    private static final long serialVersionUID = 1;

    private final List<String> words;
    private final String workingFolder;
    private final int size;
    private final int attempt;
    private final int after;
    private final String secret;

    TrainTask(List<String> words, String workingFolder, int size, int attempt, int after, String secret) {
        this.words = new ArrayList<>(words);
        this.workingFolder = workingFolder;
        this.size = size;
        this.attempt = attempt;
        this.after = after;
        this.secret = secret;
    }

    @Override
    public String of(Integer rank) {
        BarrierTaskContext context = BarrierTaskContext.get();
        Membership own = new Membership(rank, size, attempt, after, secret);
        String host = SparkEnv.get().blockManager().blockManagerId().host();
        Executor.close();
        try (Team team = MeshTeam.join(own, host, exchange(context))) {
            SharedWork.Training training = SharedWork.training(words, Path.of(workingFolder));
            DurableFiles.numbered(
                    attempt,
                    () -> training.pipeline().train(training.request().with(team, after, TrainingListener.SILENT)));
            return WorkerReport.done().json();
        } catch (RuntimeException | Error failure) {
            return WorkerReport.of(failure).json();
        }
    }

    private static AddressExchange exchange(BarrierTaskContext context) {
        return own -> List.copyOf(Arrays.asList(context.allGather(own)));
    }
}
