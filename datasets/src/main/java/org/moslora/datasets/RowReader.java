package org.moslora.datasets;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.text.Conversation;
import org.moslora.examples.text.Role;
import org.moslora.examples.text.Turn;

/** One row, of any format, as a conversation. The words of those with turns are understood in each, as files mix them. */
final class RowReader {
    private final JsonObject row;
    private final PictureNames pictures;
    private final List<Turn> turns = new ArrayList<>();
    private @Nullable String system;

    private RowReader(JsonObject row, PictureNames pictures) {
        this.row = row;
        this.pictures = pictures;
    }

    static Conversation read(String id, JsonElement element, @Nullable DataFormat wanted) throws BadRow {
        if (!element.isJsonObject()) {
            throw new BadRow("row-form", "must be an object, got " + Shown.of(element));
        }
        JsonObject row = element.getAsJsonObject();
        DataFormat shown = DataFormat.of(row);
        DataFormat format = wanted == null ? shown : wanted;
        boolean fits = format == shown || (format == DataFormat.ALPACA && shown == DataFormat.COMMONSENSE);
        if (format == null || !fits) {
            throw new BadRow(
                    "row-form",
                    "must have "
                            + (format == null
                                    ? "conversations, messages or instruction"
                                    : format.fields() + ", as format " + format.spelling() + " says")
                            + "; its fields are " + String.join(", ", row.keySet()));
        }
        if (format.isInstruction()) {
            return InstructionRow.read(id, row);
        }
        RowReader reader = new RowReader(row, PictureNames.of(row));
        reader.turns(row.get(format.key()));
        List<Turn> alternating = Alternation.of(reader.turns);
        return new Conversation(id, alternating, reader.pictures.all(), reader.system, null);
    }

    private void turns(JsonElement list) throws BadRow {
        if (!list.isJsonArray()) {
            throw new BadRow("turns-form", "the turns must be a list, got " + Shown.of(list));
        }
        JsonElement given = row.get("system");
        if (given != null && given.isJsonPrimitive() && !given.getAsString().isEmpty()) {
            system = given.getAsString();
        }
        int number = 0;
        for (JsonElement turn : list.getAsJsonArray()) {
            number++;
            if (!turn.isJsonObject()) {
                throw new BadRow("turns-form", "turn " + number + " must be an object, got " + Shown.of(turn));
            }
            turn(turn.getAsJsonObject(), number);
        }
    }

    private void turn(JsonObject turn, int number) throws BadRow {
        JsonElement speaker = turn.has("from") ? turn.get("from") : turn.get("role");
        if (speaker == null || !speaker.isJsonPrimitive()) {
            throw new BadRow(
                    "role-missing",
                    "turn " + number + " must have from or role, its fields are " + String.join(", ", turn.keySet()));
        }
        String text = text(turn.has("value") ? turn.get("value") : turn.get("content"), number);
        Role role = Speaker.role(speaker.getAsString(), number);
        if (role != null) {
            turns.add(new Turn(role, text));
        } else if (number == 1) {
            system = text;
        } else {
            throw new BadRow("system-place", "turn " + number + " is a system turn; only the first may be one");
        }
    }

    private String text(@Nullable JsonElement content, int number) throws BadRow {
        if (content != null
                && content.isJsonPrimitive()
                && content.getAsJsonPrimitive().isString()) {
            return content.getAsString();
        } else if (content == null || !content.isJsonArray()) {
            throw new BadRow(
                    "text-form",
                    "the text of turn " + number + " must be a string or a list of parts, got "
                            + (content == null ? "none" : Shown.of(content)));
        }
        StringBuilder text = new StringBuilder();
        for (JsonElement part : content.getAsJsonArray()) {
            text.append(part(part, number));
        }
        return text.toString();
    }

    private String part(JsonElement part, int number) throws BadRow {
        JsonElement type = part.isJsonObject() ? part.getAsJsonObject().get("type") : null;
        String kind = type != null && type.isJsonPrimitive() ? type.getAsString() : "none";
        if (kind.equals("text")) {
            JsonElement text = part.getAsJsonObject().get("text");
            if (text != null && text.isJsonPrimitive()) {
                return text.getAsString();
            }
        } else if (kind.equals("image") || kind.equals("image_url")) {
            pictures.part(part.getAsJsonObject());
            return Conversation.IMAGE;
        }
        throw new BadRow(
                "part-form",
                "turn " + number + " has a part of type " + kind + ", " + Shown.of(part)
                        + "; text, image and image_url are read");
    }
}
