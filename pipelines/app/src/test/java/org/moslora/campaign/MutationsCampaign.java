package org.moslora.campaign;

import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every kind of file that a verb reads, spoiled: it is refused with a line, or taken for what it then says. */
@Tag("campaign")
final class MutationsCampaign {
    private static final long LONGEST = Long.getLong("campaign.timeout", 60_000);
    private static final long MOST_BYTES = 3L << 30;

    private final Path folder = Settings.FOLDER.resolve("mutations");
    private final Table table = new Table("mutations");
    private final AtomicInteger next = new AtomicInteger(Settings.FIRST);

    @Test
    void whatIsSpoiledIsRefusedOrTakenAsItIs() throws Exception {
        Trees.delete(folder);
        Bed bed = Bed.complete(folder.resolve("bed"));
        Map<String, String> before = Trees.digests(bed.folder(), Set.of());
        List<Subject> subjects = Subject.all().stream()
                .filter(subject -> subject.kind().contains(Settings.ONLY))
                .toList();
        Hands.together(Settings.WORKERS, number -> work(bed, subjects, folder.resolve("worker-" + number)));
        for (String difference : Trees.differences(before, Trees.digests(bed.folder(), Set.of()))) {
            table.count("inputs", Outcome.INPUT_CHANGED, difference);
        }
        table.finish();
    }

    private void work(Bed bed, List<Subject> subjects, Path own) throws Exception {
        Files.createDirectories(own);
        try (LongLived worker = new LongLived(own, Bed.ENVIRONMENT)) {
            int number = next.getAndIncrement();
            while (number < Settings.FIRST + Settings.MUTATIONS) {
                one(number, bed, subjects, own, worker);
                number = next.getAndIncrement();
            }
        }
    }

    private void one(int number, Bed bed, List<Subject> subjects, Path own, LongLived worker) throws Exception {
        Random random = Settings.random("mutations", number);
        Subject subject = subjects.get(number % subjects.size());
        Path place = own.resolve("case");
        Trees.delete(place);
        Trees.link(bed.path(subject.family()), place);
        detach(place.resolve("run"));
        detach(place.resolve("painted"));
        Path file = chosen(place, subject, random);
        // A file of its own again, where it was a link to the bed's.
        byte[] whole = Files.readAllBytes(file);
        Files.delete(file);
        Files.write(file, whole);
        String done = new Spoiling(random).spoil(file, own.resolve("mkfifo.log"));
        List<String> words = subject
                .commands()
                .get(random.nextInt(subject.commands().size()))
                .stream()
                .map(word -> word.replace("@", place.toString()))
                .toList();
        Set<String> there = names(place);
        Ended ended = worker.ask(words, LONGEST);
        Outcome outcome = judged(ended, words, place, there);
        table.count(
                subject.kind(),
                outcome,
                number + ", " + place.relativize(file) + " with " + done + ": "
                        + String.join(" ", words).replace(place.toString(), "@") + ": "
                        + ended.described().replace(place.toString(), "@"));
        if (outcome.isFault() && Files.isRegularFile(file) && !Files.isSymbolicLink(file)) {
            Path kept = Settings.FOLDER.resolve("faults/" + number);
            Trees.delete(kept);
            Files.createDirectories(kept);
            Files.copy(file, kept.resolve(file.getFileName()));
        }
    }

    private static Path chosen(Path place, Subject subject, Random random) throws IOException {
        if (!subject.file().endsWith("*")) {
            return place.resolve(subject.file());
        }
        try (Stream<Path> found = Files.walk(place.resolve(subject.file()).getParent())) {
            List<Path> files = found.filter(Files::isRegularFile).sorted().toList();
            return files.get(random.nextInt(files.size()));
        }
    }

    /** Copies what may rightly be written to, so that the bed's files are not. */
    private static void detach(Path tree) throws IOException {
        for (Path file : Trees.files(tree)) {
            if (Files.isRegularFile(file)) {
                byte[] bytes = Files.readAllBytes(file);
                Files.delete(file);
                Files.write(file, bytes);
            }
        }
    }

    private static Set<String> names(Path place) throws IOException {
        try (Stream<Path> found = Files.walk(place)) {
            Set<String> names = new HashSet<>();
            found.forEach(path -> names.add(place.relativize(path).toString()));
            return names;
        }
    }

    private static Outcome judged(Ended ended, List<String> words, Path place, Set<String> there) throws IOException {
        Outcome outcome = Outcome.of(ended);
        if (outcome.isFault()) {
            return outcome;
        }
        Set<String> made = names(place);
        made.removeAll(there);
        made.removeIf(name -> name.matches(Task.LOCKS));
        if (made.stream().anyMatch(name -> name.matches(Task.PARTIAL))) {
            return Outcome.LEFT_OVER;
        }
        boolean trains = words.get(0).equals("train");
        if (ended.code() == 2 && !trains && !words.get(0).equals("generate") && !made.isEmpty()) {
            return Outcome.HALF_WRITTEN;
        }
        if (ended.code() == 0
                && words.contains("--out")
                && made.stream().noneMatch(name -> name.startsWith("out") || name.startsWith("painted"))) {
            return Outcome.HALF_WRITTEN;
        }
        if (words.get(0).equals("evaluate") && ended.code() == 0) {
            if (!isJson(ended.out()) || !isJson(Files.readString(place.resolve("out.jsonl")))) {
                return Outcome.NO_JSON;
            }
        }
        return ended.peakBytes() > MOST_BYTES ? Outcome.MEMORY : outcome;
    }

    /** Whether every line is JSON by the letter of its standard, which knows no NaN. */
    private static boolean isJson(String text) {
        for (String line : text.lines().toList()) {
            JsonReader reader = new JsonReader(new StringReader(line));
            reader.setStrictness(Strictness.STRICT);
            try {
                reader.skipValue();
                if (reader.peek() != JsonToken.END_DOCUMENT) {
                    return false;
                }
            } catch (IOException | JsonParseException | IllegalStateException no) {
                return false;
            }
        }
        return true;
    }
}
