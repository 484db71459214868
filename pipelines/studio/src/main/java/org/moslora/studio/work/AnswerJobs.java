package org.moslora.studio.work;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.moslora.tensors.FolderTree;

/** Questions to models, answered one after the other; and the pictures that were sent with them, which go with the studio. */
public final class AnswerJobs implements AutoCloseable {
    private static final int MOST = 50;

    private final StudioProgram program;
    private final Path folder;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Asked> asked = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Asked> eldest) {
            return size() > MOST;
        }
    };
    private final Deque<String> kept = new ArrayDeque<>();
    private final ExecutorService worker = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "answers");
        thread.setDaemon(true);
        return thread;
    });

    /** Answers by a program. */
    public AnswerJobs(StudioProgram program) {
        this.program = program;
        try {
            this.folder = Files.createTempDirectory("moslora-studio-");
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** One question, to one model or several in turn. */
    private static final class Asked {
        private final List<StringBuilder> texts = new ArrayList<>();
        private final List<String> errors = new ArrayList<>();
        private boolean busy = true;
        private @Nullable Process process;

        synchronized void began(Process now) {
            process = now;
            if (isWrong()) {
                now.destroy(); // it was stopped while this was started
            }
        }

        synchronized void heard(int side, String part) {
            texts.get(side).append(part);
        }

        synchronized void ended(List<String> wrong) {
            errors.addAll(wrong);
        }

        synchronized void over() {
            busy = false;
        }

        synchronized void stop() {
            if (!busy) {
                return;
            }
            errors.add("It was stopped.");
            if (process != null) {
                process.destroy();
            }
        }

        synchronized boolean isWrong() {
            return !errors.isEmpty();
        }

        synchronized JsonObject json() {
            JsonObject json = new JsonObject();
            JsonArray answers = new JsonArray();
            texts.forEach(text -> answers.add(text.toString().stripTrailing()));
            json.add("texts", answers);
            JsonArray wrong = new JsonArray();
            errors.stream().distinct().forEach(wrong::add);
            json.add("errors", wrong);
            json.addProperty("busy", busy);
            return json;
        }
    }

    /**
     * Asks.
     *
     * @param commands a command for each side, each printing its answer
     * @return a name under which the answer is found
     */
    public String ask(List<List<String>> commands) {
        String id = name();
        Asked one = new Asked();
        commands.forEach(any -> one.texts.add(new StringBuilder()));
        synchronized (asked) {
            asked.put(id, one);
        }
        worker.execute(() -> answer(one, commands, folder.resolve(id + ".log")));
        return id;
    }

    private void answer(Asked one, List<List<String>> commands, Path errors) {
        try {
            for (int i = 0; i < commands.size() && !one.isWrong(); i++) {
                int side = i;
                one.ended(ChildCall.run(
                        program.command(commands.get(i)), errors, part -> one.heard(side, part), one::began));
            }
        } catch (RuntimeException broken) {
            one.ended(List.of(String.valueOf(broken.getMessage())));
        } finally {
            one.over();
        }
    }

    /** The answer so far: {@code texts}, {@code errors} and whether it is {@code busy}. */
    public Optional<JsonObject> answer(String id) {
        synchronized (asked) {
            return Optional.ofNullable(asked.get(id)).map(Asked::json);
        }
    }

    /** Ends an answer where it is. */
    public void stop(String id) {
        synchronized (asked) {
            Optional.ofNullable(asked.get(id)).ifPresent(Asked::stop);
        }
    }

    /** Keeps a picture that was sent, as long as the studio is there and not many others came after it; its name. */
    public String keep(byte[] picture) {
        String id = name();
        synchronized (kept) {
            kept.add(id);
            if (kept.size() > MOST) {
                drop(kept.remove());
            }
        }
        try {
            Files.write(picture(id), picture);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        return id;
    }

    /** Where a picture is kept. */
    public Path picture(String id) {
        return folder.resolve(id.replaceAll("[^0-9a-f]", "") + ".picture");
    }

    /** Forgets a picture. */
    public void drop(String id) {
        try {
            Files.deleteIfExists(picture(id));
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /** A place for what a command makes, which goes with the studio. */
    Path place() {
        return folder.resolve("made-" + name());
    }

    private String name() {
        return String.format("%016x", random.nextLong());
    }

    @Override
    public void close() {
        ChildCall.end(worker);
        try {
            FolderTree.delete(folder);
        } catch (IOException left) {
            return;
        }
    }
}
