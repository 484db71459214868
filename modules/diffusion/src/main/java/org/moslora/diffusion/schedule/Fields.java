package org.moslora.diffusion.schedule;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.NearestName;
import org.moslora.problems.Problems;

/** The fields of a scheduler file; absent ones and nulls take the class's default, odd values become problems. */
final class Fields {
    private final String where;
    private final JsonObject json;
    private final Problems problems;

    Fields(String where, JsonObject json, Problems problems) {
        this.where = where;
        this.json = json;
        this.problems = problems;
    }

    double number(String name, double otherwise) {
        JsonPrimitive value = primitive(name);
        if (value == null) {
            return otherwise;
        }
        try {
            return value.getAsDouble(); // Python writes -Infinity, which is no JSON number
        } catch (NumberFormatException odd) {
            problems.add(where, "%s must be a number, got %s", name, value);
            return otherwise;
        }
    }

    OptionalDouble optional(String name) {
        return primitive(name) == null ? OptionalDouble.empty() : OptionalDouble.of(number(name, 0));
    }

    int whole(String name, int otherwise, int least, int most) {
        double value = number(name, otherwise);
        if (value != Math.rint(value) || value < least || value > most) {
            problems.add(where, "%s must be a whole number from %d to %d, got %s", name, least, most, json.get(name));
            return otherwise;
        }
        return (int) value;
    }

    boolean flag(String name, boolean otherwise) {
        JsonPrimitive value = primitive(name);
        if (value != null && !value.isBoolean()) {
            problems.add(where, "%s must be true or false, got %s", name, value);
            return otherwise;
        }
        return value == null ? otherwise : value.getAsBoolean();
    }

    String choice(String name, String otherwise, List<String> known) {
        JsonPrimitive value = primitive(name);
        String text = value == null ? otherwise : value.getAsString();
        if (!known.contains(text)) {
            problems.add(where, "%s is '%s'%s", name, text, NearestName.hint(text, known));
            return otherwise;
        }
        return text;
    }

    /** Refuses what a flag asks for. */
    void without(String name) {
        if (flag(name, false)) {
            problems.add(where, "%s is true, which this program does not compute; set it to false", name);
        }
    }

    /** Numbers of a list, or null if the file has none. */
    double @Nullable [] numbers(String name) {
        JsonElement value = json.get(name);
        if (value == null || value.isJsonNull()) {
            return null;
        }
        if (!(value instanceof JsonArray array) || array.isEmpty()) {
            problems.add(where, "%s must be a list of numbers", name);
            return null;
        }
        double[] numbers = new double[array.size()];
        for (int i = 0; i < numbers.length; i++) {
            try {
                numbers[i] = array.get(i).getAsDouble();
            } catch (NumberFormatException | UnsupportedOperationException | IllegalStateException odd) {
                problems.add(where, "%s[%d] must be a number, got %s", name, i, array.get(i));
                return null;
            }
        }
        return numbers;
    }

    void problem(String what, Object... values) {
        problems.add(where, what, values);
    }

    private @Nullable JsonPrimitive primitive(String name) {
        JsonElement value = json.get(name);
        if (value == null || value.isJsonNull()) {
            return null;
        }
        if (!value.isJsonPrimitive()) {
            problems.add(where, "%s must be a single value, got %s", name, value);
            return null;
        }
        return value.getAsJsonPrimitive();
    }
}
