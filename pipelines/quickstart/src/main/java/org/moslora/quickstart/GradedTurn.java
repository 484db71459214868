package org.moslora.quickstart;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.moslora.problems.InputFile;

/**
 * A question of a conversation as it was answered.
 *
 * @param picture the name of its file
 * @param topic its type
 * @param given the model's answer
 * @param right whether that is the expected one
 */
record GradedTurn(String picture, String topic, String question, String expected, String given, boolean right) {
    /** All turns of conversations, in their order, with what {@code evaluate} has left of them. */
    static List<GradedTurn> read(Path conversations, Path scores) {
        try {
            JsonArray rows =
                    JsonParser.parseString(InputFile.text(conversations)).getAsJsonArray();
            List<String> lines = InputFile.lines(scores);
            if (lines.size() != rows.size()) {
                throw new IllegalStateException(
                        scores + " has " + lines.size() + " rows, " + conversations + " has " + rows.size());
            }
            List<GradedTurn> turns = new ArrayList<>();
            for (int i = 0; i < rows.size(); i++) {
                turns.addAll(of(
                        rows.get(i).getAsJsonObject(),
                        JsonParser.parseString(lines.get(i)).getAsJsonObject()));
            }
            return turns;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static List<GradedTurn> of(JsonObject row, JsonObject score) {
        JsonArray topics = row.getAsJsonArray("topics");
        JsonArray said = row.getAsJsonArray("conversations");
        List<GradedTurn> turns = new ArrayList<>();
        for (int i = 0; i < topics.size(); i++) {
            String question = said.get(2 * i).getAsJsonObject().get("value").getAsString();
            turns.add(new GradedTurn(
                    row.get("image").getAsString(),
                    topics.get(i).getAsString(),
                    question.replace("<image>", "").strip(),
                    score.getAsJsonArray("expected").get(i).getAsString(),
                    score.getAsJsonArray("answers").get(i).getAsString(),
                    score.getAsJsonArray("correct").get(i).getAsBoolean()));
        }
        return turns;
    }
}
