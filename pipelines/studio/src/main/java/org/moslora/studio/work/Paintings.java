package org.moslora.studio.work;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.moslora.console.progress.ShellCommand;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DurableFiles;
import org.moslora.tensors.FolderEntries;

/**
 * Pictures that were asked for, painted one request after the other. They stay in the hidden folder beside the runs, each
 * request with its settings, so that a page that was closed shows them again.
 */
public final class Paintings implements AutoCloseable {
    private static final String SETTINGS = "settings.json";
    private static final String PROMPTS = "prompts.jsonl";

    private final Path home;
    private final StudioProgram program;
    private final Map<String, List<String>> wrong = new ConcurrentHashMap<>();
    private final Map<String, Boolean> busy = new ConcurrentHashMap<>();
    private final ExecutorService worker = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "paintings");
        thread.setDaemon(true);
        return thread;
    });

    /** Paintings by a program. */
    public Paintings(Path runs, StudioProgram program) {
        this.home = runs.resolve(Trainings.HOME).resolve("pictures");
        this.program = program;
    }

    /**
     * A request and what has come of it so far.
     *
     * @param settings what was asked for
     * @param files pictures in their order
     * @param errors what went wrong
     */
    public record Painting(String id, JsonObject settings, List<Path> files, List<String> errors, boolean busy) {}

    /**
     * Has pictures painted.
     *
     * @param words the command without its output
     * @param rows lines of a file of prompts; empty where the command has its prompt
     * @param settings kept beside the pictures
     */
    public String paint(List<String> words, String rows, JsonObject settings) {
        Path folder = made(System.currentTimeMillis());
        String name = String.valueOf(folder.getFileName());
        List<String> command = new ArrayList<>(words);
        if (!rows.isEmpty()) {
            DurableFiles.writeString(folder.resolve(PROMPTS), rows);
            command.add("--prompts=" + folder.resolve(PROMPTS));
        }
        command.add("--out=" + folder.resolve("out"));
        JsonObject kept = settings.deepCopy();
        kept.addProperty("command", ShellCommand.command(command));
        DurableFiles.writeString(folder.resolve(SETTINGS), kept + "\n");
        busy.put(name, true);
        worker.execute(() -> run(name, command, folder));
        return name;
    }

    /** A new folder, named by the first number from one on that nobody has: two may be asked for at once. */
    private Path made(long first) {
        try {
            Files.createDirectories(home);
            long number = first;
            while (!isNew(folder(number))) {
                number++;
            }
            return folder(number);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private Path folder(long number) {
        return home.resolve(String.format(Locale.ROOT, "%013d", number));
    }

    private static boolean isNew(Path folder) throws IOException {
        try {
            Files.createDirectory(folder);
            return true;
        } catch (FileAlreadyExistsException taken) {
            return false;
        }
    }

    private void run(String id, List<String> command, Path folder) {
        try {
            List<String> said =
                    ChildCall.run(program.command(command), folder.resolve("log.txt"), part -> {}, process -> {});
            wrong.put(id, said);
        } catch (RuntimeException broken) {
            wrong.put(id, List.of(String.valueOf(broken.getMessage())));
        } finally {
            busy.remove(id);
        }
    }

    /** A request by its name. */
    public Optional<Painting> painting(String id) {
        if (!id.matches("\\d+")) {
            return Optional.empty();
        }
        Path folder = home.resolve(id);
        try {
            JsonObject settings = JsonParser.parseString(InputFile.text(folder.resolve(SETTINGS)))
                    .getAsJsonObject();
            boolean now = busy.containsKey(id);
            return Optional.of(
                    new Painting(id, settings, pngs(folder.resolve("out")), wrong.getOrDefault(id, List.of()), now));
        } catch (InvalidInput | IOException | JsonParseException | IllegalStateException none) {
            return Optional.empty();
        }
    }

    /** The latest requests, the last one first. */
    public List<Painting> latest(int most) {
        return FolderEntries.of(home).stream()
                .map(folder -> String.valueOf(folder.getFileName()))
                .sorted(Comparator.reverseOrder())
                .limit(most)
                .flatMap(name -> painting(name).stream())
                .toList();
    }

    private static List<Path> pngs(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "[0-9]*.png")) {
                all.forEach(files::add);
            }
        }
        files.sort(null);
        return files;
    }

    @Override
    public void close() {
        ChildCall.end(worker);
    }
}
