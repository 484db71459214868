package org.moslora.campaign;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Thousands of pictures, and hundreds of changes of adapters, in one process: its memory at the end is that of its start. */
@Tag("campaign")
final class LongCampaign {
    private static final long LONGEST_MINUTES = 60;
    private static final double MOST_GROWTH = 1.1;
    private static final long SLACK = 48L << 20;

    private final Table table = new Table("long process");

    @Test
    void manyPicturesTakeTheMemoryOfAFew() throws Exception {
        Path folder = Settings.FOLDER.resolve("long");
        Trees.delete(folder);
        Bed bed = Bed.trained(folder.resolve("bed"));
        Path rows = folder.resolve("pictures.txt");
        Files.write(
                rows,
                IntStream.range(0, Settings.PICTURES)
                        .mapToObj(i -> "a red circle --d " + i)
                        .toList());
        one(bed, folder, "pictures", Settings.PICTURES, rows);
        Path kohya = folder.resolve("other.safetensors");
        Ended converted = Child.start(
                        folder,
                        folder,
                        Bed.ENVIRONMENT,
                        List.of("convert", "--adapter", bed.text("sd/run"), "--to", "kohya", "--out", kohya.toString()))
                .await(TimeUnit.MINUTES.toMillis(2));
        if (converted.code() != 0) {
            throw new AssertionError(converted.described());
        }
        List<String> uses = List.of("[\"" + bed.text("sd/run") + "\"]", "[\"" + kohya + ":0.5\"]", "[]");
        Path changes = folder.resolve("changes.jsonl");
        Files.write(
                changes,
                IntStream.range(0, Settings.CHANGES)
                        .mapToObj(i -> "{\"prompt\": \"red\", \"seed\": " + i + ", \"adapters\": "
                                + uses.get(i % uses.size()) + "}")
                        .toList());
        one(bed, folder, "adapter changes", Settings.CHANGES, changes);
        table.finish();
    }

    private void one(Bed bed, Path folder, String name, int count, Path rows) throws Exception {
        Path out = folder.resolve(name);
        Path log = folder.resolve(name + ".log");
        List<String> command = new ArrayList<>(Child.java(LongRun.class));
        command.addAll(
                List.of("generate", "--model", bed.text("sd/model"), "--prompts", rows.toString(), "--steps", "2"));
        command.addAll(List.of("--out", out.toString(), "--quiet"));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(Bed.ENVIRONMENT);
        Process process = builder.start();
        if (!process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            table.count(name, Outcome.HUNG, "after an hour");
            return;
        }
        List<String> told = Files.readAllLines(log);
        if (process.exitValue() != 0 || pictures(out) != count) {
            table.count(
                    name,
                    Outcome.STUCK,
                    pictures(out) + " of " + count + ", exit " + process.exitValue() + ": " + told);
            return;
        }
        JsonObject measured = JsonParser.parseString(told.get(told.size() - 1)).getAsJsonObject();
        long early = measured.get("early").getAsLong();
        long late = measured.get("late").getAsLong();
        boolean flat = late <= early * MOST_GROWTH + SLACK
                && measured.get("lateArrays").getAsLong()
                        <= measured.get("earlyArrays").getAsLong() * MOST_GROWTH + 100;
        table.note(count + " " + name + ": " + measured);
        table.count(count + " " + name, flat ? Outcome.FLAT : Outcome.MEMORY, measured.toString());
    }

    private static long pictures(Path out) throws Exception {
        try (Stream<Path> files = Files.list(out)) {
            return files.filter(file -> file.toString().endsWith(".png")).count();
        }
    }
}
