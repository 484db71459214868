package org.moslora.datasets;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.text.Conversation;
import org.moslora.examples.text.Role;
import org.moslora.examples.text.Turn;

/**
 * A row of two answers to the same question, of which one is the better: {@code chosen} and {@code rejected} as
 * LLaMA-Factory has them, beside turns, or beside instruction and input; as TRL has them, beside a prompt, or each with all
 * that comes before; or {@code rejected_response} beside messages, as ms-swift has it.
 *
 * @param chosen the conversation with the better answer as its last turn, the only one that is learnt from
 * @param rejected the same with the other answer
 */
record PreferenceRow(Conversation chosen, Conversation rejected) {
    private static final String CHOSEN = "chosen";
    private static final String REJECTED = "rejected";
    private static final String RESPONSE = "rejected_response";
    private static final String PROMPT = "prompt";
    private static final String MESSAGES = "messages";
    private static final List<String> TURNS = List.of("conversations", MESSAGES);

    static PreferenceRow read(String id, JsonElement element, @Nullable DataFormat wanted) throws BadRow {
        if (!element.isJsonObject()) {
            throw new BadRow("row-form", "must be an object, got " + JsonExcerpt.of(element));
        }
        JsonObject row = element.getAsJsonObject();
        Conversation chosen = RowReader.read(id, side(row, true), wanted, Purpose.TRAINING);
        Conversation rejected = RowReader.read(id, side(row, false), wanted, Purpose.TRAINING);
        mustDifferInTheEnd(chosen, rejected);
        return new PreferenceRow(lastLearnt(chosen), lastLearnt(rejected));
    }

    /** The row as one that has only one of the answers. */
    static JsonObject side(JsonObject row, boolean better) throws BadRow {
        JsonElement answer = answer(row, better);
        JsonObject side = new JsonObject();
        row.entrySet().stream()
                .filter(field -> !List.of(CHOSEN, REJECTED, RESPONSE, PROMPT).contains(field.getKey()))
                .forEach(field -> side.add(field.getKey(), field.getValue()));
        DataFormat shown = DataFormat.of(row);
        if (shown != null && shown.isInstruction()) {
            side.add(shown.output(), Fields.isText(answer) ? answer : last(answer));
            return side;
        }
        JsonArray turns = before(row);
        for (JsonElement turn : turns(answer)) {
            turns.add(turn);
        }
        TURNS.forEach(side::remove);
        side.add(MESSAGES, turns);
        return side;
    }

    private static JsonElement answer(JsonObject row, boolean better) throws BadRow {
        if (DataFormat.of(row) == DataFormat.SWIFT && Fields.said(row, RESPONSE) != null) {
            return better ? row.get("response") : row.get(RESPONSE);
        }
        if (Fields.said(row, RESPONSE) != null) {
            JsonArray all = listed(row.get(MESSAGES), MESSAGES);
            return better ? all.get(all.size() - 1) : row.get(RESPONSE);
        }
        String field = better ? CHOSEN : REJECTED;
        JsonElement answer = Fields.said(row, field);
        if (answer == null) {
            throw new BadRow(
                    "preference-form",
                    "must have " + field + ", an answer, a turn or a list of turns; its fields are "
                            + String.join(", ", row.keySet()));
        }
        return answer;
    }

    /** The turns that both answers come after. */
    private static JsonArray before(JsonObject row) throws BadRow {
        for (String field : TURNS) {
            if (Fields.said(row, field) != null) {
                JsonArray all = listed(row.get(field), field).deepCopy();
                if (Fields.said(row, RESPONSE) != null) {
                    all.remove(all.size() - 1);
                }
                return all;
            }
        }
        JsonElement prompt = row.get(PROMPT);
        if (prompt == null || prompt.isJsonNull()) {
            return new JsonArray();
        }
        JsonArray turns = new JsonArray();
        if (Fields.isText(prompt)) {
            turns.add(turn("user", prompt));
        } else {
            turns.addAll(listed(prompt, PROMPT));
        }
        return turns;
    }

    private static JsonArray listed(@Nullable JsonElement value, String field) throws BadRow {
        if (value == null || !value.isJsonArray() || value.getAsJsonArray().isEmpty()) {
            throw new BadRow(
                    "preference-form",
                    field + " must be a list of turns, got " + (value == null ? "none" : JsonExcerpt.of(value)));
        }
        return value.getAsJsonArray();
    }

    private static JsonArray turns(JsonElement answer) {
        if (answer.isJsonArray()) {
            return answer.getAsJsonArray().deepCopy();
        }
        JsonArray turns = new JsonArray();
        turns.add(answer.isJsonObject() ? answer : turn("assistant", answer));
        return turns;
    }

    private static JsonObject turn(String role, JsonElement content) {
        JsonObject turn = new JsonObject();
        turn.addProperty("role", role);
        turn.add("content", content);
        return turn;
    }

    /** What the last turn says, for rows of instruction and output. */
    private static JsonElement last(JsonElement answer) throws BadRow {
        JsonArray turns = turns(answer);
        JsonElement turn = turns.get(turns.size() - 1);
        for (String field : List.of("value", "content")) {
            if (turn.isJsonObject() && turn.getAsJsonObject().has(field)) {
                return turn.getAsJsonObject().get(field);
            }
        }
        throw new BadRow("preference-form", "an answer must be a text or a turn, got " + JsonExcerpt.of(answer));
    }

    private static void mustDifferInTheEnd(Conversation chosen, Conversation rejected) throws BadRow {
        int count = chosen.turns().size();
        boolean alike = rejected.turns().size() == count
                && count % 2 == 0
                && chosen.turns().subList(0, count - 1).equals(rejected.turns().subList(0, count - 1));
        if (!alike) {
            throw new BadRow(
                    "preference-prompts",
                    "chosen and rejected must come after the same turns and be one answer each, but are not: they have "
                            + count + " and " + rejected.turns().size() + " turns");
        }
        if (chosen.turns().equals(rejected.turns())) {
            throw new BadRow("preference-same", "chosen and rejected are the same answer, which tells nothing");
        }
    }

    private static Conversation lastLearnt(Conversation whole) {
        List<Turn> turns = new ArrayList<>();
        for (int i = 0; i < whole.turns().size(); i++) {
            Turn turn = whole.turns().get(i);
            boolean learnt = turn.role() == Role.USER || i == whole.turns().size() - 1;
            turns.add(new Turn(turn.role(), turn.text(), turn.input(), learnt));
        }
        return whole.saying(turns);
    }
}
