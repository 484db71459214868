package org.moslora.app;

import com.google.gson.Gson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.moslora.console.progress.StopRequest;
import org.moslora.console.progress.Stopped;
import org.moslora.training.Pipeline;
import org.moslora.training.RunRequest;
import org.moslora.training.TeamAttempts;
import org.moslora.training.TeamRun;
import org.moslora.training.team.Membership;
import org.moslora.training.team.WorkerReport;

/**
 * A training that several processes of this machine share. This one leads: it looks at everything while they come up,
 * gives them their places, shows how far they are, and starts all anew from the last checkpoint where one is lost.
 */
record OwnWorkers(Pipeline pipeline, RunRequest request, int workers) {
    private static final int PATIENCE_MINUTES = 10;
    private static final long LOOK_MILLIS = 200;

    void train() {
        List<Member> early = early();
        try {
            pipeline.lead(request, workers, training -> attempts(training, early));
        } finally {
            early.forEach(Member::drop);
        }
    }

    /** Members come up while everything is looked at; more than there are processors would only be in the way. */
    private List<Member> early() {
        return workers > Runtime.getRuntime().availableProcessors() ? List.of() : members();
    }

    private List<Member> members() {
        List<Member> members = new ArrayList<>();
        try {
            for (int rank = 0; rank < workers; rank++) {
                members.add(new Member(rank));
            }
            return members;
        } catch (IOException broken) {
            members.forEach(Member::end);
            throw new UncheckedIOException(broken);
        }
    }

    private void attempts(TeamRun training, List<Member> early) {
        TeamRun.mustShare(training.microBatches(), workers);
        TeamAttempts attempts = new TeamAttempts(training, request.listener());
        try {
            StopRequest.attending(() -> attempts.run(
                    request.resume() != null,
                    (number, after) -> attempt(number, after, number == 1 && !early.isEmpty() ? early : members())));
        } catch (Stopped stopped) {
            throw new Stopped(stopped.getMessage() + " --workers " + workers);
        }
    }

    private List<WorkerReport> attempt(int number, int after, List<Member> members) {
        String secret = Membership.newSecret();
        Thread ending = new Thread(() -> members.forEach(Member::end));
        Runtime.getRuntime().addShutdownHook(ending);
        Thread stopping = new Thread(() -> stop(members), "stopping");
        stopping.setDaemon(true);
        try {
            stopping.start();
            for (Member member : members) {
                member.say(new Gson().toJson(new Membership(member.rank, workers, number, after, secret)));
            }
            introduce(members);
            return members.stream().map(Member::report).toList();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } finally {
            stopping.interrupt();
            members.forEach(Member::end);
            OwnProgram.unhook(ending);
        }
    }

    /** Tells the members to end, once this process is told to: they bring the step in hand to safety first. */
    private static void stop(List<Member> members) {
        try {
            while (!StopRequest.isMade()) {
                Thread.sleep(LOOK_MILLIS);
            }
            members.forEach(member -> member.process.toHandle().destroy());
        } catch (InterruptedException allEnded) {
            return;
        }
    }

    /** Gives everybody's address to all, once all have said theirs or one has ended. */
    private static void introduce(List<Member> members) throws IOException {
        List<String> addresses = new ArrayList<>();
        for (Member member : members) {
            String address = member.address();
            if (address == null) {
                members.forEach(Member::leave);
                return;
            }
            addresses.add(address);
        }
        members.forEach(member -> member.say(String.join(" ", addresses)));
    }

    /** A process of the team, from here. */
    private final class Member {
        private final int rank;
        private final Process process;
        private final BufferedReader out;
        private final PrintStream in;
        private WorkerReport report;

        Member(int rank) throws IOException {
            this.rank = rank;
            this.report = WorkerReport.lost("worker " + rank + " ended without a word");
            ProcessBuilder builder = new ProcessBuilder(OwnJava.command(words()))
                    .directory(request.workingFolder().toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT);
            ChildProcess.untie(builder.environment());
            this.process = builder.start();
            this.out = process.inputReader(StandardCharsets.UTF_8);
            this.in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        }

        private List<String> words() {
            List<String> words = new ArrayList<>(List.of("train"));
            if (request.recipe() != null) {
                words.add(request.recipe().toString());
            }
            words.addAll(request.overrides());
            if (request.resume() != null) {
                words.addAll(List.of("--resume", request.resume().toString()));
            }
            words.addAll(List.of("--threads", Integer.toString(request.threads()), "--quiet", "--as-worker"));
            return words;
        }

        void say(String line) {
            in.println(line);
        }

        /** Nobody speaks to it any more, which it takes for the end. */
        void leave() {
            in.close();
        }

        /** Where it listens; null where it ended before. */
        @org.jspecify.annotations.Nullable
        String address() throws IOException {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith(TeamWorker.AT)) {
                    return line.substring(TeamWorker.AT.length());
                }
                heard(line);
            }
            return null;
        }

        /** How it ended; waits until it has. */
        WorkerReport report() {
            try {
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                    heard(line);
                }
                process.waitFor();
                return report;
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while workers trained", interrupted);
            }
        }

        private void heard(String line) {
            if (line.startsWith(TeamWorker.TOLD)) {
                request.listener().tell(line.substring(TeamWorker.TOLD.length()));
            } else if (line.startsWith(TeamWorker.ENDED)) {
                report = WorkerReport.parse(line.substring(TeamWorker.ENDED.length()));
            }
        }

        /** Ends it without a word, where it has nothing in hand. */
        void drop() {
            process.destroyForcibly();
        }

        /** Has it end; a training leaves a checkpoint first, which nobody may disturb. */
        void end() {
            process.toHandle().destroy(); // what it still says is read: Process.destroy would close that
            try {
                if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException impatient) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
