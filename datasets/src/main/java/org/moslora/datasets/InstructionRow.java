package org.moslora.datasets;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.text.Conversation;
import org.moslora.examples.text.Role;
import org.moslora.examples.text.Turn;

/** A row of instruction, input, output and perhaps the answer that the output comes down to. */
final class InstructionRow {
    private InstructionRow() {}

    static Conversation read(String id, JsonObject row) throws BadRow {
        String instruction = text(row, "instruction");
        String output = text(row, "output");
        String input = text(row, "input");
        String answer = text(row, "answer");
        if (instruction == null || instruction.isBlank()) {
            throw new BadRow("instruction-missing", "must have an instruction, a text that is not empty");
        }
        if (output == null) {
            throw new BadRow(
                    "output-missing", "must have an output; its fields are " + String.join(", ", row.keySet()));
        }
        if (output.isBlank()) {
            throw new BadRow("answer-empty", "the output is empty: it would teach the model to say nothing");
        }
        List<Turn> turns =
                List.of(new Turn(Role.USER, instruction, input == null ? "" : input), new Turn(Role.ASSISTANT, output));
        return new Conversation(id, turns, PictureNames.of(row).all(), null, answer);
    }

    private static @Nullable String text(JsonObject row, String key) throws BadRow {
        JsonElement value = row.get(key);
        if (value == null || value.isJsonNull()) {
            return null;
        }
        if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isString()) {
            throw new BadRow("text-form", key + " must be a text, got " + Shown.of(value));
        }
        return value.getAsString();
    }
}
