package org.moslora.examples.tokenizer;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InvalidInput;

/** What in a tokenizer.json makes the library end the process, found before it is given the file. */
final class PartChecks {
    /** How much longer replacements may make a text. */
    private static final int GROWTH = 1024;

    private final String where;

    PartChecks(String where) {
        this.where = where;
    }

    void check(JsonObject json, JsonObject model) {
        long growth = 1;
        for (JsonObject part : parts(json.get("normalizer"), "normalizers")) {
            growth = Math.min(growth * normalizer(part), Integer.MAX_VALUE);
        }
        for (JsonObject part : parts(json.get("pre_tokenizer"), "pretokenizers")) {
            pattern(part, "pre_tokenizer");
        }
        for (JsonObject part : parts(json.get("decoder"), "decoders")) {
            growth = Math.min(growth * decoder(part), Integer.MAX_VALUE);
        }
        if (growth > GROWTH) {
            throw new InvalidInput(where, "replaces letters by so much that a text could grow " + growth + " times");
        }
        for (JsonObject part : parts(json.get("post_processor"), "processors")) {
            template(part);
        }
        merges(model);
    }

    /** The patterns by which a file takes texts apart, and with which it replaces. */
    static List<BoundedPattern> patterns(TokenizerJson file) {
        List<BoundedPattern> patterns = new ArrayList<>();
        JsonObject json = file.json();
        PartChecks checks = new PartChecks(file.where());
        for (JsonObject part : parts(json.get("normalizer"), "normalizers")) {
            add(checks.pattern(part, "normalizer"), patterns);
        }
        for (JsonObject part : parts(json.get("pre_tokenizer"), "pretokenizers")) {
            add(checks.pattern(part, "pre_tokenizer"), patterns);
        }
        return patterns;
    }

    private static void add(@Nullable BoundedPattern pattern, List<BoundedPattern> patterns) {
        if (pattern != null) {
            patterns.add(pattern);
        }
    }

    /** A part and, of a sequence, all that it is made of. */
    private static List<JsonObject> parts(@Nullable JsonElement part, String members) {
        List<JsonObject> parts = new ArrayList<>();
        if (part instanceof JsonObject object) {
            parts.add(object);
            if (object.get(members) instanceof JsonArray list) {
                list.forEach(each -> parts.addAll(parts(each, members)));
            }
        }
        return parts;
    }

    /** How many times longer it may make a text. */
    private long normalizer(JsonObject part) {
        switch (text(part, "type")) {
            case "Replace" -> {
                return replacement(part, "normalizer");
            }
            case "Prepend" -> {
                String prefix = text(part, "prepend");
                if (prefix.isEmpty()) {
                    throw new InvalidInput(where, "normalizer: Prepend must put something in front, prepend is empty");
                }
                return prefix.length() > 16 ? prefix.length() : 1;
            }
            case "Precompiled" -> {
                PrecompiledTable.fault(text(part, "precompiled_charsmap")).ifPresent(fault -> {
                    throw new InvalidInput(where, "normalizer: the table of Precompiled " + fault);
                });
                return 1;
            }
            default -> {
                return 1;
            }
        }
    }

    private long decoder(JsonObject part) {
        String type = text(part, "type");
        if (type.equals("Strip")
                && part.get("stop") instanceof JsonPrimitive stop
                && !stop.getAsString().equals("0")) {
            throw new InvalidInput(where, "decoder: Strip with stop " + stop + " takes more than a token may hold");
        }
        return type.equals("Replace") ? replacement(part, "decoder") : 1;
    }

    private long replacement(JsonObject part, String place) {
        BoundedPattern pattern = pattern(part, place);
        boolean empty = part.get("pattern") instanceof JsonObject literal
                && literal.get("String") instanceof JsonPrimitive text
                && text.getAsString().isEmpty();
        if (empty || (pattern != null && pattern.matchesNothing())) {
            throw new InvalidInput(
                    where,
                    place + ": Replace must look for something, "
                            + (empty ? "its pattern is empty" : "its pattern '" + pattern + "' may match nothing"));
        }
        return Math.max(1, text(part, "content").length());
    }

    private @Nullable BoundedPattern pattern(JsonObject part, String place) {
        return part.get("pattern") instanceof JsonObject pattern
                        && pattern.get("Regex") instanceof JsonPrimitive expression
                ? BoundedPattern.of(where + ": " + place + ": " + text(part, "type"), expression.getAsString())
                : null;
    }

    /** A template may name only marks that it lists, and what it is put around must be among its pieces. */
    private void template(JsonObject part) {
        JsonObject known = part.get("special_tokens") instanceof JsonObject marks ? marks : new JsonObject();
        for (String list : List.of("single", "pair")) {
            if (!(part.get(list) instanceof JsonArray pieces)) {
                continue;
            }
            for (JsonElement piece : pieces) {
                if (piece instanceof JsonObject object && object.get("SpecialToken") instanceof JsonObject mark) {
                    String id = text(mark, "id");
                    if (!known.has(id)) {
                        throw new InvalidInput(
                                where,
                                "post_processor: " + list + " puts in '" + id + "', which its special_tokens lack");
                    }
                }
            }
        }
        if (part.get("single") instanceof JsonArray pieces && !holdsText(pieces)) {
            throw new InvalidInput(
                    where, "post_processor: single leaves out the text itself, which is {\"Sequence\": A}");
        }
    }

    private static boolean holdsText(JsonArray pieces) {
        for (JsonElement piece : pieces) {
            if (piece instanceof JsonObject object && object.has("Sequence")) {
                return true;
            }
        }
        return false;
    }

    /** Of a pair that is merged, the right part loses the prefix of parts inside a word, so it must have it. */
    private void merges(JsonObject model) {
        String prefix = text(model, "continuing_subword_prefix");
        if (prefix.isEmpty() || !(model.get("merges") instanceof JsonArray merges)) {
            return;
        }
        for (JsonElement merge : merges) {
            String right = merge instanceof JsonArray pair && pair.size() == 2
                    ? pair.get(1).toString()
                    : merge.toString();
            String bare = right.replaceAll("^\"|\"$", "");
            if (!bare.substring(bare.indexOf(' ') + 1).startsWith(prefix)) {
                throw new InvalidInput(
                        where,
                        "model: the right part of merge " + merge + " lacks continuing_subword_prefix '" + prefix
                                + "'");
            }
        }
    }

    private static String text(JsonObject part, String key) {
        return part.get(key) instanceof JsonPrimitive text && text.isString() ? text.getAsString() : "";
    }
}
