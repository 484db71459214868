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
    private final PictureNames pictures;
    private final ContentParts parts;
    private final List<Turn> turns = new ArrayList<>();
    private @Nullable String system;

    private RowReader(JsonObject row) throws BadRow {
        this.pictures = PictureNames.of(row);
        this.parts = new ContentParts(pictures);
        this.system = Preamble.system(row);
    }

    static Conversation read(String id, JsonElement element, @Nullable DataFormat wanted, Purpose purpose)
            throws BadRow {
        if (!element.isJsonObject()) {
            throw new BadRow(
                    "row-form", "must be an object, got " + JsonExcerpt.of(element) + OtherShapes.hint(element));
        }
        JsonObject row = element.getAsJsonObject();
        ForeignFields.check(row);
        DataFormat format = format(row, wanted);
        if (format.isInstruction()) {
            return InstructionRow.read(id, row, format, purpose);
        }
        RowReader reader = new RowReader(row);
        reader.turns(row.get(format.key()));
        List<Turn> alternating = Alternation.of(reader.turns, purpose);
        String tools = Preamble.tools(row);
        List<String> images = reader.pictures.all();
        return new Conversation(
                id, alternating, images, reader.system, null, tools, ObjectsField.of(row, images.size(), alternating));
    }

    private static DataFormat format(JsonObject row, @Nullable DataFormat wanted) throws BadRow {
        DataFormat shown = DataFormat.of(row);
        DataFormat format = wanted == null ? shown : wanted;
        boolean fits = format == shown || (format == DataFormat.ALPACA && shown == DataFormat.COMMONSENSE);
        if (format == null || !fits) {
            throw new BadRow(
                    "row-form",
                    "must have "
                            + (format == null
                                    ? "conversations, messages, instruction or query"
                                    : format.fields() + ", as format " + format.spelling() + " says")
                            + "; its fields are " + String.join(", ", row.keySet())
                            + (shown == null ? OtherShapes.hint(row) : ""));
        }
        return format;
    }

    private void turns(JsonElement list) throws BadRow {
        if (!list.isJsonArray()) {
            throw new BadRow("turns-form", "the turns must be a list, got " + JsonExcerpt.of(list));
        }
        int number = 0;
        for (JsonElement turn : list.getAsJsonArray()) {
            number++;
            if (!turn.isJsonObject()) {
                throw new BadRow("turns-form", "turn " + number + " must be an object, got " + JsonExcerpt.of(turn));
            }
            turn(turn.getAsJsonObject(), number);
        }
    }

    private void turn(JsonObject turn, int number) throws BadRow {
        JsonElement speaker = Fields.either(turn, "from", "role");
        if (speaker == null || !speaker.isJsonPrimitive()) {
            throw new BadRow(
                    "role-missing",
                    "turn " + number + " must have from or role, its fields are " + String.join(", ", turn.keySet()));
        }
        Role role = RoleNames.role(speaker.getAsString(), number);
        ForeignFields.check(turn, number);
        String text = parts.text(Fields.either(turn, "value", "content"), number);
        if (role != null) {
            Turn said = new Turn(role, text, "", role == Role.USER || TurnWeight.learnt(turn, number));
            ForeignTags.check(said, number, pictures.any());
            turns.add(said);
        } else if (number == 1) {
            system(text);
        } else {
            throw new BadRow("system-place", "turn " + number + " is a system turn; only the first may be one");
        }
    }

    private void system(String text) throws BadRow {
        if (system != null && !system.equals(text)) {
            throw new BadRow("system-twice", "has a field system and a system turn that says something else; keep one");
        }
        system = Preamble.checked(text);
    }
}
