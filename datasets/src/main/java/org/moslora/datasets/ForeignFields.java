package org.moslora.datasets;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Set;
import org.moslora.examples.text.Conversation;

/** Fields that make something else of a row, or of a turn, than a conversation to learn from; such rows are refused by name. */
final class ForeignFields {
    private static final List<String> PREFERENCES = List.of(
            "chosen",
            "rejected",
            "chosen_response",
            "rejected_response",
            "rejected_messages",
            "rejected_images",
            "preferred_output",
            "non_preferred_output");
    private static final List<String> MEDIA = List.of(
            "video", "videos", "video_path", "video_url", "audio", "audios", "audio_path", "audio_url", "input_audio");
    private static final List<String> CALLS = List.of("tool_calls", "tool_call", "tool_call_id", "function_call");
    private static final List<String> THOUGHTS = List.of("reasoning_content", "reasoning", "thinking");
    private static final List<String> PICTURES = List.of("image", "images");
    private static final Set<String> VERDICTS = Set.of("true", "false", "0", "1", "0.0", "1.0");

    private ForeignFields() {}

    static void check(JsonObject row) throws BadRow {
        for (String field : PREFERENCES) {
            if (Fields.said(row, field) != null) {
                throw new BadRow(
                        "row-preference",
                        "is a preference row, its field " + field + " says so: of two answers one is the better, as"
                                + " for DPO; here the answer that a row gives is"
                                + " learnt: train with pipeline: preference-tuning,"
                                + " or keep the chosen one, as messages");
            }
        }
        for (String field : List.of("label", "kto_tag")) {
            JsonElement value = row.get(field);
            if (value != null && isVerdict(value)) {
                throw new BadRow(
                        "row-kto",
                        "is a KTO row, " + field + " " + value + " says whether its answer is a good one; here every"
                                + " answer is learnt: keep the good ones, without the field");
            }
        }
        media(row, "has a field ");
    }

    private static boolean isVerdict(JsonElement value) {
        return value.isJsonPrimitive()
                && VERDICTS.contains(value.getAsString().strip().toLowerCase(java.util.Locale.ROOT));
    }

    private static void media(JsonObject object, String start) throws BadRow {
        for (String field : MEDIA) {
            if (Fields.said(object, field) != null) {
                throw new BadRow("media", start + field + "; only pictures are supported");
            }
        }
    }

    static void check(JsonObject turn, int number) throws BadRow {
        media(turn, "turn " + number + " has a field ");
        for (String field : CALLS) {
            if (Fields.said(turn, field) != null) {
                throw new BadRow(
                        "role-tool",
                        "turn " + number + " has a field " + field + ": turns with tools are not supported");
            }
        }
        for (String field : THOUGHTS) {
            if (Fields.said(turn, field) != null) {
                throw new BadRow(
                        "turn-thoughts",
                        "turn " + number + " has a field " + field
                                + ", which no template has a place for; write it into"
                                + " the answer if it is to be learnt, or drop it");
            }
        }
        for (String field : PICTURES) {
            if (Fields.said(turn, field) != null) {
                throw new BadRow(
                        "image-form",
                        "turn " + number + " names a picture in its field " + field + "; pictures belong in the row's"
                                + " images, with " + Conversation.IMAGE + " in the text, or in parts of the turn");
            }
        }
    }
}
