package org.moslora.studio.work;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;

/**
 * Two sides whose order nobody knows until one is chosen. Every choice is a line of {@code blind.jsonl} beside the runs,
 * from which the tally is counted.
 */
public final class BlindTrials {
    private static final int MOST = 50;

    private final AnswerJobs answers;
    private final Path file;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Trial> trials = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Trial> eldest) {
            return size() > MOST;
        }
    };

    /** Trials whose choices are kept beside some runs. */
    public BlindTrials(AnswerJobs answers, Path runs) {
        this.answers = answers;
        this.file = runs.resolve(Trainings.HOME).resolve("blind.jsonl");
    }

    /** What is compared: names of the sides as they were given, and whether the second is shown first. */
    private record Trial(JsonObject asked, String first, String second, boolean swapped, List<Path> folders) {
        String left() {
            return swapped ? second : first;
        }

        String right() {
            return swapped ? first : second;
        }
    }

    /** A side: what it is called once it is known, and the command that makes it. */
    public record Side(String name, List<String> command) {}

    /**
     * Begins one.
     *
     * @param asked kept with the choice
     * @param pictures whether the sides make pictures, each into a folder that its command is given
     * @return its name
     */
    public String begin(JsonObject asked, Side first, Side second, boolean pictures) {
        boolean swapped = random.nextBoolean();
        List<List<String>> commands = new ArrayList<>();
        List<Path> folders = new ArrayList<>();
        for (Side side : swapped ? List.of(second, first) : List.of(first, second)) {
            List<String> words = new ArrayList<>(side.command());
            if (pictures) {
                Path folder = answers.place();
                folders.add(folder);
                words.add("--out=" + folder);
            }
            commands.add(words);
        }
        String id = answers.ask(commands);
        synchronized (trials) {
            trials.put(id, new Trial(asked, first.name(), second.name(), swapped, folders));
        }
        return id;
    }

    /** What the sides say so far, or how many pictures they have, in the order that is hidden. */
    public Optional<JsonObject> answer(String id) {
        Trial trial = trial(id);
        return trial == null
                ? Optional.empty()
                : answers.answer(id).map(answer -> {
                    if (!trial.folders().isEmpty()) {
                        JsonArray pictures = new JsonArray();
                        for (int i = 0; i < trial.folders().size(); i++) {
                            pictures.add(picture(id, i).isPresent());
                        }
                        answer.add("pictures", pictures);
                        answer.remove("texts");
                    }
                    return answer;
                });
    }

    /** A side's picture. */
    public Optional<Path> picture(String id, int side) {
        Trial trial = trial(id);
        if (trial == null || side >= trial.folders().size()) {
            return Optional.empty();
        }
        try (var files = Files.newDirectoryStream(trial.folders().get(side), "[0-9]*.png")) {
            for (Path each : files) {
                return Optional.of(each);
            }
            return Optional.empty();
        } catch (IOException notYet) {
            return Optional.empty();
        }
    }

    private @Nullable Trial trial(String id) {
        synchronized (trials) {
            return trials.get(id);
        }
    }

    /**
     * Keeps a choice, once a trial.
     *
     * @param chosen left, right or same
     * @return what the sides were; empty where it was chosen before
     */
    public Optional<JsonObject> choose(String id, String chosen) {
        Trial trial;
        synchronized (trials) {
            trial = trials.remove(id);
        }
        if (trial == null) {
            return Optional.empty();
        }
        JsonObject row = trial.asked().deepCopy();
        row.addProperty("at", Instant.now().toString());
        row.addProperty("left", trial.left());
        row.addProperty("right", trial.right());
        row.addProperty("chosen", chosen);
        String better = chosen.equals("left") ? trial.left() : chosen.equals("right") ? trial.right() : "";
        row.addProperty("better", better);
        try {
            byte[] line = ((isTorn() ? "\n" : "") + row + "\n").getBytes(StandardCharsets.UTF_8);
            Files.write(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException broken) {
            synchronized (trials) {
                trials.put(id, trial); // it can be chosen once there is room for it
            }
            throw new UncheckedIOException(broken);
        }
        return Optional.of(row);
    }

    /** Whether a studio that was killed left half a row, which the next one must not be written behind. */
    private boolean isTorn() throws IOException {
        if (!Files.exists(file)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            return channel.size() > 0 && channel.read(last, channel.size() - 1) == 1 && last.get(0) != '\n';
        }
    }

    /**
     * How often each side of a pair was better.
     *
     * @param second how often the second was
     * @param same how often neither was
     */
    public record Tally(String firstName, String secondName, int first, int second, int same) {}

    /** The tallies of all pairs, in the order in which they were first compared. */
    public List<Tally> tallies() {
        Map<String, Tally> tallies = new LinkedHashMap<>();
        for (JsonObject row : rows()) {
            String left = text(row, "left");
            String right = text(row, "right");
            boolean ordered = left.compareTo(right) <= 0;
            String first = ordered ? left : right;
            String second = ordered ? right : left;
            String better = text(row, "better");
            Tally one = new Tally(
                    first,
                    second,
                    better.equals(first) ? 1 : 0,
                    better.equals(second) ? 1 : 0,
                    better.isEmpty() ? 1 : 0);
            tallies.merge(
                    first + "\n" + second,
                    one,
                    (all, next) -> new Tally(
                            first,
                            second,
                            all.first() + next.first(),
                            all.second() + next.second(),
                            all.same() + next.same()));
        }
        return List.copyOf(tallies.values());
    }

    private List<JsonObject> rows() {
        List<JsonObject> rows = new ArrayList<>();
        try {
            if (Files.isRegularFile(file)) {
                // Half a letter at the end of half a row is no reason to lose the others.
                new String(InputFile.bytes(file), StandardCharsets.UTF_8)
                        .lines()
                        .forEach(line -> read(line).ifPresent(rows::add));
            }
        } catch (InvalidInput | IOException unreadable) {
            return List.of();
        }
        return rows;
    }

    private static Optional<JsonObject> read(String line) {
        try {
            return Optional.of(JsonParser.parseString(line).getAsJsonObject());
        } catch (JsonParseException | IllegalStateException torn) {
            return Optional.empty();
        }
    }

    private static String text(JsonObject row, String name) {
        return row.has(name) && row.get(name).isJsonPrimitive() ? row.get(name).getAsString() : "";
    }
}
