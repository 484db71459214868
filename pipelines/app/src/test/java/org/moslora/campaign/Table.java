package org.moslora.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** How many of what came out how, of one part of the campaign. Used by several threads. */
final class Table {
    private static final int MOST_FAILURES = 40;

    private final String part;
    private final long start = System.nanoTime();
    private final Map<String, Map<Outcome, Integer>> rows = new TreeMap<>();
    private final List<String> faults = Collections.synchronizedList(new ArrayList<>());
    private final Set<String> failures = new TreeSet<>();
    private final List<String> notes = Collections.synchronizedList(new ArrayList<>());

    Table(String part) {
        this.part = part;
    }

    /** Counts an outcome; one that is a fault is told at once, and with its story in the table. */
    synchronized void count(String row, Outcome outcome, String story) {
        rows.computeIfAbsent(row, any -> new TreeMap<>()).merge(outcome, 1, Integer::sum);
        int failed = story.indexOf("exit 1: ");
        if (outcome == Outcome.FAILED && failed >= 0 && failures.size() < MOST_FAILURES) {
            failures.add(story.substring(failed + "exit 1: ".length()).replaceAll("[0-9]+", "N"));
        }
        if (outcome.isFault()) {
            faults.add(outcome.words() + ", " + row + ": " + story);
            System.out.println("FAULT " + part + ", " + faults.get(faults.size() - 1));
        }
    }

    void note(String text) {
        notes.add(text);
        System.out.println(part + ": " + text);
    }

    /** Writes this part, puts the parts together, and fails if there are faults. */
    void finish() throws IOException {
        Path parts = Files.createDirectories(Settings.FOLDER.resolve("parts"));
        Files.writeString(parts.resolve(part + ".md"), text());
        StringBuilder all = new StringBuilder("# The campaign\n");
        try (Stream<Path> found = Files.list(parts)) {
            for (Path file : found.sorted().toList()) {
                all.append('\n').append(Files.readString(file));
            }
        }
        Files.writeString(Settings.FOLDER.resolve("table.md"), all);
        System.out.println(text());
        assertThat(faults)
                .as("faults, listed in " + Settings.FOLDER.resolve("table.md"))
                .isEmpty();
    }

    private String text() {
        StringBuilder text = new StringBuilder(
                "## " + part + "\n\nSeed " + Settings.SEED + ", " + (System.nanoTime() - start) / 1_000_000_000
                        + " s.\n\n| what | how many | outcomes |\n|---|---|---|\n");
        int sum = 0;
        Map<Outcome, Integer> totals = new TreeMap<>();
        for (Map.Entry<String, Map<Outcome, Integer>> row : rows.entrySet()) {
            int count = row.getValue().values().stream().mapToInt(n -> n).sum();
            sum += count;
            row.getValue().forEach((outcome, n) -> totals.merge(outcome, n, Integer::sum));
            text.append(line(row.getKey(), count, row.getValue()));
        }
        text.append(line("all", sum, totals));
        notes.forEach(note -> text.append("\n").append(note).append("\n"));
        if (!failures.isEmpty()) {
            text.append("\nThat failed in a line, numbers as N:\n");
            failures.forEach(line -> text.append("- ")
                    .append(line.replaceAll("\\s*\\R\\s*", " / "))
                    .append('\n'));
        }
        text.append(faults.isEmpty() ? "\nNo faults.\n" : "\nFaults:\n");
        faults.forEach(fault ->
                text.append("- ").append(fault.replaceAll("\\s*\\R\\s*", " / ")).append('\n'));
        return text.toString();
    }

    private static String line(String name, int count, Map<Outcome, Integer> outcomes) {
        List<String> words = new ArrayList<>();
        outcomes.forEach((outcome, n) ->
                words.add(n + " " + (outcome.isFault() ? "**" + outcome.words() + "**" : outcome.words())));
        return "| " + name + " | " + count + " | " + String.join(", ", words) + " |\n";
    }
}
