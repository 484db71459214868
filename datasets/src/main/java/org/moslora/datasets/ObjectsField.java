package org.moslora.datasets;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.text.Conversation;
import org.moslora.examples.text.PictureObjects;
import org.moslora.examples.text.Turn;

/**
 * ms-swift's field {@code objects}: {@code ref}, {@code bbox}, {@code bbox_type} (real or norm1) and {@code image_id}, for
 * which {@code <ref-object>} and {@code <bbox>} stand in the texts.
 */
final class ObjectsField {
    private static final String FIELD = "objects";
    private static final String FORM = "objects-form";
    private static final Set<String> KNOWN = Set.of("ref", "bbox", "bbox_type", "image_id", "width", "height");

    private final JsonObject objects;
    private final int pictures;

    private ObjectsField(JsonObject objects, int pictures) {
        this.objects = objects;
        this.pictures = pictures;
    }

    /** What a row's objects are, null if it has none; as many as tags stand for them. */
    static @Nullable PictureObjects of(JsonObject row, int pictures, List<Turn> turns) throws BadRow {
        JsonElement said = Fields.said(row, FIELD);
        if (said == null) {
            return null;
        } else if (!said.isJsonObject()) {
            throw new BadRow(FORM, "objects must be an object with ref and bbox, got " + JsonExcerpt.of(said));
        }
        PictureObjects read = new ObjectsField(said.getAsJsonObject(), pictures).read();
        mustCount(PictureObjects.NAME, "ref", read.names().size(), turns);
        mustCount(PictureObjects.BOX, "bbox", read.boxes().size(), turns);
        return read;
    }

    private static void mustCount(String tag, String field, int expected, List<Turn> turns) throws BadRow {
        int found = turns.stream()
                .mapToInt(turn -> Conversation.count(tag, turn.whole()))
                .sum();
        if (found != expected) {
            throw new BadRow(
                    "objects-count",
                    "has " + found + " tags " + tag + " in its turns, expected " + expected
                            + ", one for each entry of objects' " + field);
        }
    }

    private PictureObjects read() throws BadRow {
        Set<String> strangers = new TreeSet<>(objects.keySet());
        strangers.removeAll(KNOWN);
        if (!strangers.isEmpty()) {
            throw new BadRow(FORM, "objects has " + String.join(", ", strangers) + ", of which nothing is known here");
        }
        List<PictureObjects.Box> boxes = new ArrayList<>();
        JsonArray ids = list("image_id");
        JsonArray all = list("bbox");
        if (ids.size() > all.size()) {
            throw new BadRow(FORM, "objects has " + ids.size() + " image_id and " + all.size() + " bbox");
        }
        for (int i = 0; i < all.size(); i++) {
            boxes.add(new PictureObjects.Box(i < ids.size() ? picture(ids.get(i)) : 0, places(all.get(i))));
        }
        if (!boxes.isEmpty() && pictures == 0) {
            throw new BadRow("objects-pictures", "has objects with bbox, and no picture that they could lie in");
        }
        return new PictureObjects(names(), boxes, shares());
    }

    private boolean shares() throws BadRow {
        String type = Fields.text(objects, "bbox_type");
        if (type == null || type.equals("real")) {
            return false;
        } else if (type.equals("norm1")) {
            return true;
        }
        throw new BadRow(
                FORM,
                "objects' bbox_type must be real, pixels of the file, or norm1, shares of width and height, got '"
                        + type + "'");
    }

    private List<String> names() throws BadRow {
        List<String> names = new ArrayList<>();
        for (JsonElement name : list("ref")) {
            if (!Fields.isText(name) || Conversation.tags(name.getAsString()) > 0) {
                throw new BadRow(FORM, "an entry of objects' ref must be a text, got " + JsonExcerpt.of(name));
            }
            names.add(name.getAsString());
        }
        return names;
    }

    private int picture(JsonElement id) throws BadRow {
        if (isNumber(id)) {
            double number = id.getAsDouble();
            if (number == Math.rint(number) && number >= 0 && number < pictures) {
                return (int) number;
            }
        }
        throw new BadRow(
                FORM,
                "an entry of objects' image_id must count the row's pictures from 0, of which there are " + pictures
                        + ", got " + JsonExcerpt.of(id));
    }

    /** A point, or two corners, of which the one above on the left comes first. */
    private static List<Double> places(JsonElement box) throws BadRow {
        boolean fits = box.isJsonArray()
                && (box.getAsJsonArray().size() == 2 || box.getAsJsonArray().size() == 4)
                && box.getAsJsonArray().asList().stream().allMatch(ObjectsField::isNumber);
        if (!fits) {
            throw new BadRow(
                    FORM, "an entry of objects' bbox must be [x, y] or [x1, y1, x2, y2], got " + JsonExcerpt.of(box));
        }
        List<Double> places = box.getAsJsonArray().asList().stream()
                .map(JsonElement::getAsDouble)
                .toList();
        if (places.size() == 2) {
            return places;
        }
        return List.of(
                Math.min(places.get(0), places.get(2)),
                Math.min(places.get(1), places.get(3)),
                Math.max(places.get(0), places.get(2)),
                Math.max(places.get(1), places.get(3)));
    }

    private static boolean isNumber(JsonElement value) {
        return value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber() && Double.isFinite(value.getAsDouble());
    }

    private JsonArray list(String field) throws BadRow {
        JsonElement value = Fields.said(objects, field);
        if (value == null) {
            return new JsonArray();
        } else if (!value.isJsonArray()) {
            throw new BadRow(FORM, "objects' " + field + " must be a list, got " + JsonExcerpt.of(value));
        }
        return value.getAsJsonArray();
    }
}
