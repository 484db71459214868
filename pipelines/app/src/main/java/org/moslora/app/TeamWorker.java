package org.moslora.app;

import com.google.gson.Gson;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.layers.Engine;
import org.moslora.training.Pipeline;
import org.moslora.training.RunRequest;
import org.moslora.training.StepReport;
import org.moslora.training.TrainingListener;
import org.moslora.training.team.Membership;
import org.moslora.training.team.MeshTeam;
import org.moslora.training.team.PeerLost;
import org.moslora.training.team.Team;
import org.moslora.training.team.WorkerReport;

/**
 * One of the processes that {@link OwnWorkers} starts. They speak in lines: its place comes in on stdin, so that the
 * secret shows nowhere; its address goes out and all addresses come in; remarks go out, and how it ended. When stdin ends
 * the leader is gone, and so is the team.
 */
final class TeamWorker {
    /** What a line begins with that says where this worker listens. */
    static final String AT = "at ";
    /** What a line begins with that is a remark for the user. */
    static final String TOLD = "told ";
    /** What a line begins with that says how the work ended. */
    static final String ENDED = "ended ";

    /** What a step in hand gets to end by itself once the leader is gone. */
    private static final long GRACE_MILLIS = 10_000;

    private TeamWorker() {}

    /** Trains as a member of a team. */
    static void run(Pipeline pipeline, RunRequest request) {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        // Never closed: another thread waits in it, and closing would wait for that one.
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        warmUp(request.threads());
        String place = line(in);
        if (place == null) {
            return; // the leader is gone before there was anything to do
        }
        Membership own = new Gson().fromJson(place, Membership.class);
        out.println(ENDED + report(pipeline, request, own, in, out).json());
    }

    /** The leader looks at recipe and data meanwhile. */
    private static void warmUp(int threads) {
        try {
            Engine.start(threads);
        } catch (RuntimeException | LinkageError failure) {
            return; // the training says so
        }
    }

    private static WorkerReport report(
            Pipeline pipeline, RunRequest request, Membership own, BufferedReader in, PrintStream out) {
        try (Team team = MeshTeam.join(own, host(), address -> exchanged(in, out, address))) {
            endWith(in, team);
            TrainingListener listener = own.rank() == 0 ? new Remarks(out) : TrainingListener.SILENT;
            pipeline.train(request.with(team, own.after(), listener));
            return WorkerReport.done();
        } catch (RuntimeException | Error failure) {
            return WorkerReport.of(failure);
        }
    }

    private static String host() {
        return "127.0.0.1";
    }

    private static List<String> exchanged(BufferedReader in, PrintStream out, String own) {
        out.println(AT + own);
        String all = line(in);
        if (all == null) {
            // Another member ended before it said where it is, or the leader did: nothing is wrong here.
            throw new PeerLost("the team did not come together");
        }
        return List.of(all.split(" "));
    }

    private static @Nullable String line(BufferedReader in) {
        try {
            return in.readLine();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static void endWith(BufferedReader in, Team team) {
        Thread watching = new Thread(() -> ChildProcess.endWith(in, () -> leave(team)), "leader");
        watching.setDaemon(true);
        watching.start();
    }

    /** The next sum fails. Whoever loads or encodes for minutes notices nothing, and nobody waits for what it does. */
    private static void leave(Team team) {
        team.close();
        try {
            Thread.sleep(GRACE_MILLIS);
        } catch (InterruptedException atOnce) {
            Thread.currentThread().interrupt();
        }
    }

    /** What is told once training has begun; what comes before, the leader has told. */
    private static final class Remarks implements TrainingListener {
        private final PrintStream out;
        private boolean begun;

        Remarks(PrintStream out) {
            this.out = out;
        }

        @Override
        public void started(String what, int done, int total) {
            begun = true;
        }

        @Override
        public void stepped(StepReport report) {
            // The leader reads it in the log.
        }

        @Override
        public void tell(String line) {
            if (begun) {
                out.println(TOLD + line.replaceAll("\\R", " "));
            }
        }
    }
}
