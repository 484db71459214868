package org.moslora.pictures;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.NearestName;
import org.moslora.problems.Problems;

/**
 * A prompt and what goes with it.
 *
 * @param prompt what is to be seen; may be empty
 * @param options whatever was said besides
 */
public record PictureRequest(String prompt, Options options) {
    private static final String PROMPT = "prompt";

    /**
     * Reads a JSON object with {@code prompt} and options by their names, as a line of a file of prompts is one.
     *
     * @param where names the object in messages
     * @throws InvalidInput with every key that is unknown and every value that is against its rule
     */
    public static PictureRequest of(String where, JsonObject json) {
        return of(where, json, Set.of());
    }

    /**
     * Reads a JSON object with {@code prompt} and options by their names.
     *
     * @param where the file and line, for messages
     * @param others keys to pass over
     * @throws InvalidInput with every key that is unknown and every value that is against its rule
     */
    static PictureRequest of(String where, JsonObject json, Set<String> others) {
        Problems problems = new Problems();
        Options options = Options.NONE;
        for (Map.Entry<String, JsonElement> entry : json.entrySet()) {
            String key = entry.getKey().replace('_', '-');
            if (!key.equals(PROMPT)
                    && !others.contains(key)
                    && !entry.getValue().isJsonNull()) {
                Options before = options;
                options = problems.collect(() -> with(before, named(where, key), where, entry.getValue()), before);
            }
        }
        String prompt = "";
        if (json.get(PROMPT) instanceof JsonPrimitive text && text.isString()) {
            prompt = text.getAsString();
        } else {
            problems.add(where, "must have a \"prompt\", which is a text");
        }
        problems.throwIfAny();
        return new PictureRequest(prompt, options);
    }

    private static <T> Options with(Options options, Option<T> option, String where, JsonElement value) {
        return options.with(option, option.parse(where, value));
    }

    private static Option<?> named(String where, String key) {
        for (Option<?> option : Option.all()) {
            if (option.name().equals(key)) {
                return option;
            }
        }
        List<String> known = new ArrayList<>(List.of(PROMPT));
        Option.all().forEach(option -> known.add(option.name()));
        throw new InvalidInput(where, "\"" + key + "\" is no option" + NearestName.hint(key, known));
    }

    /**
     * Makes sure that its texts are texts.
     *
     * @throws InvalidInput if half of a surrogate pair stands in one
     */
    public void mustBeText() {
        if (Quoted.isTorn(prompt) || Quoted.isTorn(options.get(Option.NEGATIVE, ""))) {
            throw new InvalidInput("prompt", "holds half of a surrogate pair, which is no character; was it cut off?");
        }
    }

    /** Adds the prompt and the options that are set to an object, in one order. */
    void addTo(JsonObject json) {
        json.addProperty(PROMPT, prompt);
        for (Option<?> option : Option.all()) {
            options.get(option).ifPresent(value -> json.add(option.name(), option.toJson(value)));
        }
    }
}
