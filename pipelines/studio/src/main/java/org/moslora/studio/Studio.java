package org.moslora.studio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.problems.Problems;
import org.moslora.studio.folders.Folders;
import org.moslora.studio.http.LoopbackServer;
import org.moslora.studio.pages.StudioSite;
import org.moslora.studio.work.AnswerJobs;
import org.moslora.studio.work.Paintings;
import org.moslora.studio.work.RecipeCheck;
import org.moslora.studio.work.StudioProgram;
import org.moslora.studio.work.Trainings;
import org.moslora.tensors.out.OutputLock;

/** The page while it is there. Closing it stops the trainings that it has begun, as its Stop does. */
public final class Studio implements AutoCloseable {
    private static final int SHORTEST_TOKEN = 16;
    private static final int TOKEN_BYTES = 24;

    private final LoopbackServer server;
    private final String token;
    private final OutputLock lock;
    private final Trainings trainings;
    private final AnswerJobs answers;
    private final Paintings paintings;

    private Studio(LoopbackServer server, Request request, StudioProgram program, Messages messages) {
        Path runs = request.folders().newRuns();
        this.server = server;
        this.token = request.token() == null ? token() : request.token();
        this.lock = OutputLock.inside(FieldName.of("runs", runs), runs.resolve(Trainings.HOME));
        this.trainings = new Trainings(runs, program, request.options(), messages);
        this.answers = new AnswerJobs(program);
        this.paintings = new Paintings(runs, program);
        RecipeCheck checks = new RecipeCheck(runs, program);
        StudioSite site = new StudioSite(request.folders(), request.options(), trainings, checks, answers, paintings);
        server.start(token, site, messages);
    }

    /**
     * What is asked of it.
     *
     * @param port 0 for any that is free, null for the usual one or the next after it
     * @param folders all that it shows
     * @param token the word that lets a browser in; null for one that nobody can guess
     * @param options for every verb that computes, such as how many threads
     */
    public record Request(
            @Nullable Integer port,
            Folders folders,
            @Nullable String token,
            List<String> options) {
        public Request {
            options = List.copyOf(options);
        }
    }

    /**
     * Opens the page.
     *
     * @param program runs trainings, answers and pictures
     * @throws InvalidInput when the port is taken, a folder is not there, the token is too short, or another studio is at
     *     the runs
     */
    public static Studio open(Request request, StudioProgram program, Messages messages) {
        Problems problems = new Problems();
        String token = request.token();
        if (token != null && !token.matches("[A-Za-z0-9_.~-]{" + SHORTEST_TOKEN + ",}")) {
            problems.add(
                    FieldName.of("token"),
                    "must be at least %d letters, digits or any of _ . ~ -, or others guess it; got %d characters",
                    SHORTEST_TOKEN,
                    token.length());
        }
        mustBeThere("models", request.folders().models(), problems);
        mustBeThere("data", request.folders().data(), problems);
        List<Path> runs = request.folders().runs();
        mustBeThere("runs", runs.subList(1, runs.size()), problems);
        problems.throwIfAny();
        makeRuns(runs.get(0));
        LoopbackServer server = LoopbackServer.open(request.port());
        try {
            return new Studio(server, request, program, messages);
        } catch (RuntimeException failed) {
            server.close();
            throw failed;
        }
    }

    private static void mustBeThere(String option, List<Path> folders, Problems problems) {
        for (Path folder : folders) {
            if (!Files.isDirectory(folder)) {
                problems.add(FieldName.of(option, folder), "is no folder that is there");
            }
        }
    }

    private static void makeRuns(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException refused) {
            throw new InvalidInput(FieldName.of("runs", folder), "cannot be made: " + refused.getMessage());
        }
    }

    private static String token() {
        byte[] bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The address that lets its reader in. */
    public String address() {
        return "http://127.0.0.1:" + server.port() + "/?token=" + token;
    }

    @Override
    public void close() {
        answers.close();
        paintings.close();
        trainings.close();
        server.close();
        lock.close();
    }
}
