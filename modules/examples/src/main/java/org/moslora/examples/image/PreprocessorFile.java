package org.moslora.examples.image;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;

/** Reads preprocessor_config.json, whose fields have changed shape over the years. */
final class PreprocessorFile {
    static final List<Double> CLIP_MEAN = List.of(0.48145466, 0.4578275, 0.40821073);
    static final List<Double> CLIP_STD = List.of(0.26862954, 0.26130258, 0.27577711);
    private static final int LARGEST_SIDE = 8192;
    private static final Map<Integer, String> FILTERS =
            Map.of(0, "nearest", 1, "lanczos", 2, "bilinear", 3, "bicubic", 4, "box", 5, "hamming");

    private final String where;
    private final JsonObject json;
    private final PixelDefaults usual;
    private final Problems problems = new Problems();

    private PreprocessorFile(String where, JsonObject json, PixelDefaults usual) {
        this.where = where;
        this.json = json;
        this.usual = usual;
    }

    static ClipPreprocessing read(Path given, PixelDefaults usual) {
        Path file = Files.isDirectory(given) ? given.resolve("preprocessor_config.json") : given;
        String where = file.toString();
        if (!Files.isRegularFile(file)) {
            throw new InvalidInput(
                    where, "does not exist; a vision tower's folder needs it to say how pictures are made");
        }
        try {
            JsonElement element = JsonParser.parseString(InputFile.text(file));
            if (!element.isJsonObject()) {
                throw new InvalidInput(where, "is not a JSON object");
            }
            return new PreprocessorFile(where, element.getAsJsonObject(), usual).read();
        } catch (JsonParseException | IOException unreadable) {
            throw new InvalidInput(where, "is not readable JSON: " + unreadable.getMessage());
        }
    }

    private ClipPreprocessing read() {
        int[] size = size("size", true);
        int[] crop = size("crop_size", false);
        double scale = flag("do_rescale") ? number("rescale_factor", 1 / 255.0) : 0;
        ClipPreprocessing made = new ClipPreprocessing(
                flag("do_resize"),
                size[2],
                size[1],
                size[0],
                filter(),
                flag("do_center_crop", usual.crops()),
                crop[1],
                crop[0],
                scale,
                flag("do_normalize"),
                colour("image_mean", usual.mean()),
                colour("image_std", usual.std()));
        if (!made.crop() && !made.resize()) {
            problems.add(
                    where,
                    "do_resize and do_center_crop are both false: pictures would keep their own sizes,"
                            + " and a tower takes one");
        }
        if (made.std().stream().anyMatch(value -> value == 0)) {
            problems.add(where, "image_std must not be 0, got %s", made.std());
        }
        problems.throwIfAny();
        return made;
    }

    /** Height, width and shortest edge; a bare number is a shortest edge, or the side of a square crop. */
    private int[] size(String key, boolean edge) {
        JsonElement value = given(key);
        if (value == null) {
            int side = usual.side();
            return edge && usual.crops() ? new int[] {0, 0, side} : new int[] {side, side, 0};
        }
        if (value.isJsonPrimitive()) {
            int side = side(key, value);
            return edge ? new int[] {0, 0, side} : new int[] {side, side, 0};
        }
        if (value.isJsonObject()) {
            JsonObject sides = value.getAsJsonObject();
            if (sides.has("height") && sides.has("width")) {
                return new int[] {side(key, sides.get("height")), side(key, sides.get("width")), 0};
            } else if (edge && sides.has("shortest_edge") && !sides.has("longest_edge")) {
                return new int[] {0, 0, side(key, sides.get("shortest_edge"))};
            }
        }
        problems.add(
                where, "%s must be a number, {height, width}%s, got %s", key, edge ? " or {shortest_edge}" : "", value);
        return new int[] {1, 1, 0};
    }

    private int side(String key, JsonElement value) {
        try {
            double side = value.getAsDouble();
            if (side >= 1 && side <= LARGEST_SIDE && side == Math.rint(side)) {
                return (int) side;
            }
        } catch (RuntimeException noNumber) {
            // Said below.
        }
        problems.add(where, "%s must be a whole number from 1 to %d, got %s", key, LARGEST_SIDE, value);
        return 1;
    }

    private ResizeFilter filter() {
        double number = number("resample", 3);
        if (number == 2) {
            return ResizeFilter.BILINEAR;
        } else if (number != 3) {
            problems.add(
                    where,
                    "resample %s%s is not supported; known: 2 (bilinear), 3 (bicubic)",
                    String.valueOf(given("resample")),
                    number == Math.rint(number) && FILTERS.containsKey((int) number)
                            ? " (" + FILTERS.get((int) number) + ")"
                            : "");
        }
        return ResizeFilter.BICUBIC;
    }

    private boolean flag(String key) {
        return flag(key, true);
    }

    private boolean flag(String key, boolean otherwise) {
        JsonElement value = given(key);
        if (value != null
                && !(value.isJsonPrimitive() && value.getAsJsonPrimitive().isBoolean())) {
            problems.add(where, "%s must be true or false, got %s", key, value);
            return otherwise;
        }
        return value == null ? otherwise : value.getAsBoolean();
    }

    private double number(String key, double otherwise) {
        JsonElement value = given(key);
        if (value == null) {
            return otherwise;
        }
        try {
            return value.getAsDouble();
        } catch (RuntimeException noNumber) {
            problems.add(where, "%s must be a number, got %s", key, value);
            return otherwise;
        }
    }

    private List<Double> colour(String key, List<Double> otherwise) {
        JsonElement value = given(key);
        if (value == null) {
            return otherwise;
        }
        List<Double> channels = new ArrayList<>();
        try {
            value.getAsJsonArray().forEach(channel -> channels.add(channel.getAsDouble()));
        } catch (RuntimeException noNumbers) {
            channels.clear();
        }
        if (channels.size() != 3) {
            problems.add(where, "%s must be three numbers, got %s", key, value);
            return otherwise;
        }
        return channels;
    }

    private @Nullable JsonElement given(String key) {
        JsonElement value = json.get(key);
        return value == null || value.isJsonNull() ? null : value;
    }
}
