package org.moslora.datasets.miniature;

import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.moslora.datasets.miniature.language.SceneQuestion;
import org.moslora.datasets.miniature.language.Topic;

/** What a data set holds, with the score of the best constant answer to each topic, beside which any other stands. */
final class Manifest {
    /** Raised whenever the same number and seed give other bytes. */
    private static final int VERSION = 1;

    private final Map<String, Object> content = new LinkedHashMap<>();
    private final Map<String, Object> files = new LinkedHashMap<>();

    Manifest(int scenes, long seed) {
        content.put("world", VERSION);
        content.put("scenes", scenes);
        content.put("seed", seed);
        content.put("picture_side", ConversationWriter.SIDE);
        content.put("portrait_side", Portraits.SIDE);
        content.put("conversations", files);
    }

    /** Counts what a file asks. */
    void conversations(String file, List<ConversationWriter.Row> rows) {
        Map<String, Object> asked = new LinkedHashMap<>();
        for (Topic topic : Topic.values()) {
            List<String> answers = rows.stream()
                    .flatMap(row -> row.turns().stream())
                    .filter(turn -> turn.topic() == topic)
                    .map(SceneQuestion::answer)
                    .toList();
            if (!answers.isEmpty()) {
                asked.put(topic.word(), summary(answers));
            }
        }
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("rows", rows.size());
        summary.put("topics", asked);
        files.put(file, summary);
    }

    private static Map<String, Object> summary(List<String> answers) {
        Map<String, Integer> counts = new TreeMap<>();
        answers.forEach(answer -> counts.merge(answer, 1, Integer::sum));
        Map.Entry<String, Integer> best = counts.entrySet().stream()
                .max(Map.Entry.<String, Integer>comparingByValue()
                        .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
                .orElseThrow();
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("questions", answers.size());
        summary.put("best_constant", best.getKey());
        summary.put("best_constant_score", Math.round(1000.0 * best.getValue() / answers.size()) / 1000.0);
        return summary;
    }

    void write(Path folder) throws IOException {
        String json = new GsonBuilder()
                .setPrettyPrinting()
                .disableHtmlEscaping()
                .create()
                .toJson(content);
        Files.writeString(folder.resolve("manifest.json"), json + "\n");
    }
}
