package org.moslora.compare;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.subject.SubjectPicture;
import org.moslora.examples.subject.SubjectPictures;
import org.moslora.pictures.ImageRows;
import org.moslora.tensors.Digests;
import org.moslora.tensors.DurableFiles;

/**
 * Scores by pictures that {@code generate} paints with what was trained, from the same noise for every trial.
 *
 * @param block what is painted and who judges
 * @param instance the folder of the pictures that the subject was shown in
 * @param side of the pictures that are painted; null: the model's own
 */
record PictureScoring(
        ComparisonTask task,
        PicturesBlock block,
        Path instance,
        @Nullable String side) implements Scoring {
    private static final int DIGITS = 8;

    @Override
    public List<Metric> metrics() {
        List<Metric> metrics = new ArrayList<>(List.of(task.block().primary()));
        Metric.all(Metric.Of.PICTURES).stream()
                .filter(metric -> metric != metrics.get(0))
                .filter(metric -> !metric.isOfClass() || !block.classPrompts().isEmpty())
                .forEach(metrics::add);
        return metrics;
    }

    @Override
    public boolean validates() {
        return !block.validationPrompts().isEmpty();
    }

    @Override
    public List<String> command(Trial trial, ScoreSplit part) {
        List<String> words = new ArrayList<>(List.of("generate"));
        words.addAll(task.trained(trial));
        words.addAll(List.of(
                "--prompts", prompts(part).toString(),
                "--images", Integer.toString(block.images()),
                "--seed", Long.toString(block.seed(part)),
                "--steps", Integer.toString(block.steps())));
        if (block.guidance() != null) {
            words.addAll(List.of("--guidance", block.guidance().toString()));
        }
        if (block.scheduler() != null) {
            words.addAll(List.of("--scheduler", block.scheduler()));
        }
        if (side != null) {
            words.addAll(List.of("--width", side, "--height", side));
        }
        words.addAll(List.of("--out", painted(trial, part).toString()));
        words.addAll(task.means());
        return words;
    }

    @Override
    public Map<Metric, Double> values(Trial trial, TrialResult result, ScoreSplit part, TrialProgram program) {
        DurableFiles.writeString(
                prompts(part), block.all(part).stream().map(PictureScoring::row).collect(Collectors.joining()));
        program.run(command(trial, part), trial);
        PictureScores scores =
                new PictureScores(block, shown(), ImageRows.byPrompt(painted(trial, part)), block.subjectPrompts(part));
        return program.judged(block.judge(), judge -> {
            Map<Metric, Double> values = new LinkedHashMap<>();
            metrics().forEach(metric -> values.put(metric, scores.of(metric, judge)));
            return values;
        });
    }

    @Override
    public void check(Program program) {
        program.judged(block.judge(), judge -> judge);
    }

    /** The file of a part's prompts. Its name changes with anything in the block, and so with it does the command. */
    private Path prompts(ScoreSplit part) {
        return task.output().resolve("data").resolve(part.word() + "-" + digest() + ".jsonl");
    }

    private Path painted(Trial trial, ScoreSplit part) {
        return task.beside(trial, "-" + part.word() + "-" + digest());
    }

    private String digest() {
        return Digests.sha256OfText(block.toString()).substring(0, DIGITS);
    }

    private static String row(String prompt) {
        JsonObject row = new JsonObject();
        row.addProperty("prompt", prompt);
        return row + "\n";
    }

    private List<Path> shown() {
        return SubjectPictures.read("instance.images", instance).pictures().stream()
                .map(SubjectPicture::file)
                .toList();
    }
}
