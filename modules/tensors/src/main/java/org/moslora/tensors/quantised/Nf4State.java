package org.moslora.tensors.quantised;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DType;
import org.moslora.tensors.PackedNf4;
import org.moslora.tensors.WeightSource;

/**
 * What bitsandbytes notes beside a weight in NF4, as JSON in a tensor of bytes.
 *
 * @param shape of the weight
 * @param type what it stands for
 * @param nested whether its scales are in 8 bits
 * @param offset what nested scales are counted from
 */
public record Nf4State(List<Long> shape, DType type, boolean nested, double offset) {
    /** Copies the shape. */
    public Nf4State {
        shape = List.copyOf(shape);
    }

    /** As the bytes of the tensor. */
    public byte[] bytes() {
        JsonObject json = new JsonObject();
        json.addProperty("quant_type", "nf4");
        json.addProperty("blocksize", PackedNf4.BLOCK);
        json.addProperty("dtype", spelt(type));
        JsonArray sizes = new JsonArray();
        shape.forEach(sizes::add);
        json.add("shape", sizes);
        if (nested) {
            json.addProperty("nested_blocksize", PackedNf4.NESTED);
            json.addProperty("nested_dtype", "float32");
            json.addProperty("nested_offset", offset);
        }
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads the state of a weight.
     *
     * @throws InvalidInput when it is no such JSON or of a variant that is not read
     */
    static Nf4State read(WeightSource files, String tensor) {
        JsonObject json = json(files, tensor);
        try {
            require(files, tensor, json, "quant_type", "nf4");
            require(files, tensor, json, "blocksize", Integer.toString(PackedNf4.BLOCK));
            boolean nested = json.has("nested_offset");
            if (nested) {
                require(files, tensor, json, "nested_blocksize", Integer.toString(PackedNf4.NESTED));
            }
            List<Long> shape = new ArrayList<>();
            json.getAsJsonArray("shape").forEach(size -> shape.add(size.getAsLong()));
            double offset = nested ? json.get("nested_offset").getAsDouble() : 0;
            if (!Double.isFinite(offset)) {
                throw new InvalidInput(files.origin().toString(), tensor + " says nested_offset " + offset);
            }
            return new Nf4State(shape, type(files, tensor, json.get("dtype").getAsString()), nested, offset);
        } catch (NullPointerException | ClassCastException | IllegalStateException | NumberFormatException odd) {
            throw new InvalidInput(
                    files.origin().toString(), tensor + " lacks what bitsandbytes notes of a weight: " + json);
        }
    }

    private static JsonObject json(WeightSource files, String tensor) {
        StringBuilder text = new StringBuilder();
        for (ByteBuffer piece : files.bytes(tensor)) {
            text.append(StandardCharsets.UTF_8.decode(piece));
        }
        try {
            return JsonParser.parseString(text.toString()).getAsJsonObject();
        } catch (JsonParseException | IllegalStateException broken) {
            throw new InvalidInput(files.origin().toString(), tensor + " holds no JSON object");
        }
    }

    private static void require(WeightSource files, String tensor, JsonObject json, String key, String value) {
        String found = json.get(key).getAsString();
        if (!found.equals(value)) {
            throw new InvalidInput(
                    files.origin().toString(), tensor + " says " + key + " " + found + "; only " + value + " is read");
        }
    }

    private static DType type(WeightSource files, String tensor, String spelt) {
        return switch (spelt.toLowerCase(Locale.ROOT)) {
            case "float32" -> DType.F32;
            case "float16" -> DType.F16;
            case "bfloat16" -> DType.BF16;
            default ->
                throw new InvalidInput(
                        files.origin().toString(),
                        tensor + " says dtype " + spelt + "; float32, float16 and bfloat16 are read");
        };
    }

    private static String spelt(DType type) {
        return switch (type) {
            case F32 -> "float32";
            case F16 -> "float16";
            case BF16 -> "bfloat16";
            default -> throw new IllegalArgumentException("no weight stands for " + type);
        };
    }
}
