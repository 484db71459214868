package org.moslora.datasets;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;

/** Whether an answer carries a loss: OpenAI's {@code weight}, xtuner's and ms-swift's {@code loss}, Axolotl's {@code train}. */
final class TurnWeight {
    private TurnWeight() {}

    static boolean learnt(JsonObject turn, int number) throws BadRow {
        boolean learnt = true;
        for (String field : new String[] {"weight", "loss", "train"}) {
            JsonElement value = Fields.said(turn, field);
            if (value != null) {
                learnt &= isOne(value, field, number);
            }
        }
        return learnt;
    }

    private static boolean isOne(JsonElement value, String field, int number) throws BadRow {
        String text = value.isJsonPrimitive() ? value.getAsString() : "";
        return switch (text) {
            case "1", "1.0", "true" -> true;
            case "0", "0.0", "false" -> false;
            default ->
                throw new BadRow(
                        "turn-weight",
                        field + " of turn " + number + " must be 0, for no loss, or 1, got " + JsonExcerpt.of(value));
        };
    }
}
