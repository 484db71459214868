package org.moslora.datasets;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.text.Conversation;

/** What a turn says: a text, or a list of parts, as OpenAI has them. */
final class ContentParts {
    private final PictureNames pictures;

    ContentParts(PictureNames pictures) {
        this.pictures = pictures;
    }

    String text(@Nullable JsonElement content, int number) throws BadRow {
        if (content != null && Fields.isText(content)) {
            return content.getAsString();
        } else if (content == null || !content.isJsonArray()) {
            throw new BadRow(
                    "text-form",
                    "the text of turn " + number + " must be a string or a list of parts, got "
                            + (content == null ? "none" : JsonExcerpt.of(content)));
        }
        StringBuilder text = new StringBuilder();
        for (JsonElement part : content.getAsJsonArray()) {
            text.append(part(part, number));
        }
        return text.toString();
    }

    private String part(JsonElement element, int number) throws BadRow {
        if (!element.isJsonObject()) {
            throw new BadRow(
                    "part-form",
                    "turn " + number + " has a part " + JsonExcerpt.of(element)
                            + "; a part must be an object such as {\"type\": \"text\", \"text\": …}");
        }
        JsonObject part = element.getAsJsonObject();
        JsonElement type = part.get("type");
        if (type == null || !type.isJsonPrimitive()) {
            throw new BadRow("part-form", "turn " + number + " has a part without a type, " + JsonExcerpt.of(part));
        }
        return switch (type.getAsString()) {
            case "text" -> written(part, number);
            case "image", "image_url" -> {
                pictures.part(part, number);
                yield Conversation.IMAGE;
            }
            default ->
                throw new BadRow(
                        "part-form",
                        "turn " + number + " has a part of type " + JsonExcerpt.of(type.getAsString()) + ", "
                                + JsonExcerpt.of(part) + "; text, image and image_url are read");
        };
    }

    private static String written(JsonObject part, int number) throws BadRow {
        JsonElement text = part.get("text");
        if (text == null || !Fields.isText(text)) {
            throw new BadRow(
                    "part-form",
                    "turn " + number + " has a part of type text "
                            + (text == null || text.isJsonNull() ? "without its field text" : "whose text is none")
                            + ", " + JsonExcerpt.of(part));
        }
        return text.getAsString();
    }
}
