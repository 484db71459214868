package org.moslora.datasets;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The pictures that a row names: in image or images, or in parts of its turns. */
final class PictureNames {
    private static final List<String> FIELDS = List.of("image", "path", "url", "image_url", "file");

    /** Those of the row itself, for parts that name none to take in turn. */
    private final Deque<String> listed = new ArrayDeque<>();

    private final List<String> inParts = new ArrayList<>();

    private PictureNames() {}

    static PictureNames of(JsonObject row) throws BadRow {
        PictureNames names = new PictureNames();
        names.list(row.get("image"));
        names.list(row.get("images"));
        return names;
    }

    private void list(@Nullable JsonElement value) throws BadRow {
        if (value != null && value.isJsonArray()) {
            for (JsonElement entry : value.getAsJsonArray()) {
                listed.add(name(entry));
            }
        } else if (value != null && !value.isJsonNull() && !value.toString().equals("\"\"")) {
            listed.add(name(value)); // text-only rows of some sets have an empty name
        }
    }

    /** A part of a turn that stands for a picture. */
    void part(JsonObject part, int turn) throws BadRow {
        boolean named = FIELDS.stream().anyMatch(field -> Fields.said(part, field) != null);
        if (!named && listed.isEmpty()) {
            throw new BadRow(
                    "image-form",
                    "turn " + turn
                            + " has a part of type image that names no file, and the row's images lists none for it");
        }
        inParts.add(named ? name(part) : listed.remove());
    }

    /** Whether there are any so far. */
    boolean any() {
        return !listed.isEmpty() || !inParts.isEmpty();
    }

    /** All of them, in order. */
    List<String> all() {
        List<String> all = new ArrayList<>(inParts);
        all.addAll(listed);
        return all;
    }

    private static String name(JsonElement value) throws BadRow {
        if (value.isJsonObject()) {
            for (String field : FIELDS) {
                JsonElement inner = value.getAsJsonObject().get(field);
                if (inner != null && !inner.isJsonNull()) {
                    return name(inner);
                }
            }
        } else if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isString()) {
            String name = value.getAsString();
            if (name.matches("(?is)(https?|ftp|s3|file|data):.*")) {
                throw new BadRow(
                        "image-form",
                        "names the picture " + JsonExcerpt.of(value)
                                + "; pictures must be files in the folder of pictures: download it first");
            } else if (!name.isBlank()) {
                return name;
            }
        }
        throw new BadRow("image-form", "a picture must be named by a path, got " + JsonExcerpt.of(value));
    }
}
