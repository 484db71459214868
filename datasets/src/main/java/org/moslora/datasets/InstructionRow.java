package org.moslora.datasets;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.moslora.examples.text.Conversation;
import org.moslora.examples.text.Role;
import org.moslora.examples.text.Turn;

/** A row of instruction, input, output, what was said before, and perhaps the answer that the output comes down to. */
final class InstructionRow {
    private InstructionRow() {}

    static Conversation read(String id, JsonObject row, DataFormat format, Purpose purpose) throws BadRow {
        String instruction = Fields.text(row, format.key());
        String input = Fields.text(row, "input");
        String answer = Fields.text(row, "answer");
        if (instruction == null || instruction.isBlank()) {
            throw new BadRow("instruction-missing", "must have " + format.key() + ", a text that is not empty");
        }
        PictureNames pictures = PictureNames.of(row);
        List<Turn> turns = new ArrayList<>(history(row, purpose));
        turns.add(new Turn(Role.USER, instruction, input == null ? "" : input));
        turns.add(new Turn(Role.ASSISTANT, output(row, format.output(), purpose)));
        if (format == DataFormat.SWIFT) {
            withTags(turns, pictures.all().size());
        }
        for (int i = 0; i < turns.size(); i++) {
            ForeignTags.check(turns.get(i), i + 1, pictures.any());
        }
        return new Conversation(
                id,
                turns,
                pictures.all(),
                Preamble.system(row),
                answer,
                Preamble.tools(row),
                ObjectsField.of(row, pictures.all().size(), turns));
    }

    /** ms-swift's rows may name pictures without a tag: it shows them before the first question, and so it is done here. */
    private static void withTags(List<Turn> turns, int pictures) {
        if (turns.stream().allMatch(turn -> Conversation.tags(turn.whole()) == 0)) {
            Turn first = turns.get(0);
            turns.set(0, new Turn(first.role(), Conversation.IMAGE.repeat(pictures) + first.text(), first.input()));
        }
    }

    private static String output(JsonObject row, String field, Purpose purpose) throws BadRow {
        JsonElement output = row.get(field);
        if (output == null || output.isJsonNull()) {
            throw new BadRow(
                    "output-missing", "must have " + field + "; its fields are " + String.join(", ", row.keySet()));
        } else if (!Fields.isText(output)) {
            throw new BadRow("text-form", field + " must be a text, got " + JsonExcerpt.of(output));
        } else if (purpose == Purpose.TRAINING && output.getAsString().isBlank()) {
            throw new BadRow("answer-empty", "the " + field + " is empty: it would teach the model to say nothing");
        }
        return output.getAsString();
    }

    /** The rounds before this one: a list of pairs, question and answer. */
    private static List<Turn> history(JsonObject row, Purpose purpose) throws BadRow {
        List<Turn> turns = new ArrayList<>();
        JsonElement history = Fields.said(row, "history");
        if (history == null) {
            return turns;
        } else if (!history.isJsonArray()) {
            throw new BadRow(
                    "history-form", "history must be a list of pairs of texts, got " + JsonExcerpt.of(history));
        }
        for (JsonElement round : history.getAsJsonArray()) {
            if (!isPair(round)) {
                throw new BadRow(
                        "history-form",
                        "a round of history must be a question and its answer, two texts, got "
                                + JsonExcerpt.of(round));
            }
            JsonArray pair = round.getAsJsonArray();
            if (purpose == Purpose.TRAINING && pair.get(1).getAsString().isBlank()) {
                throw new BadRow(
                        "answer-empty", "an answer in history is empty: it would teach the model to say nothing");
            }
            turns.add(new Turn(Role.USER, pair.get(0).getAsString()));
            turns.add(new Turn(Role.ASSISTANT, pair.get(1).getAsString()));
        }
        return turns;
    }

    private static boolean isPair(JsonElement round) {
        return round.isJsonArray()
                && round.getAsJsonArray().size() == 2
                && round.getAsJsonArray().asList().stream().allMatch(Fields::isText);
    }
}
