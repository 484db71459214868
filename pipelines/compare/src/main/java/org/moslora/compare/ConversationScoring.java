package org.moslora.compare;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Scores by {@code evaluate} on conversations of their own.
 *
 * @param images the folder of their pictures; null if there are none
 */
record ConversationScoring(ComparisonTask task, @Nullable Path images) implements Scoring {
    @Override
    public List<Metric> metrics() {
        return List.of(task.block().primary());
    }

    @Override
    public boolean validates() {
        return !task.block().validation().isEmpty();
    }

    @Override
    public List<String> command(Trial trial, ScoreSplit part) {
        List<String> words = new ArrayList<>(List.of("evaluate"));
        words.addAll(task.trained(trial));
        List<Path> data =
                part == ScoreSplit.TEST ? task.block().test() : task.block().validation();
        data.forEach(file -> words.addAll(List.of("--data", file.toString())));
        if (images != null) {
            words.addAll(List.of("--images", images.toString()));
        }
        words.addAll(List.of(
                "--out", task.beside(trial, "-" + part.word() + ".jsonl").toString()));
        words.addAll(task.means());
        if (task.block().primary() == Metric.ACCURACY) {
            words.addAll(List.of(
                    "--answers",
                    "--max-new-tokens",
                    Integer.toString(task.block().maxNewTokens())));
        }
        return words;
    }

    @Override
    public Map<Metric, Double> values(Trial trial, TrialResult result, ScoreSplit part, TrialProgram program) {
        String out = program.run(command(trial, part), trial).strip();
        JsonObject summary =
                JsonParser.parseString(out.substring(out.lastIndexOf('\n') + 1)).getAsJsonObject();
        Metric metric = task.block().primary();
        return Map.of(metric, summary.get(metric.key()).getAsDouble());
    }

    @Override
    public void check(Program program) {
        // That the files are there is said when the block is read; evaluate says the rest.
    }
}
