package org.moslora.diffusion;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.function.Function;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/** Configs that differ from a neighbour's in some keys. */
public final class Changed {
    private Changed() {}

    /** The text of a golden's config with other values for some keys; the changes are written with single quotes. */
    public static String json(String name, String changes) {
        JsonObject config = JsonParser.parseString(Golden.json(name)).getAsJsonObject();
        JsonParser.parseString("{" + changes.replace('\'', '"') + "}")
                .getAsJsonObject()
                .entrySet()
                .forEach(change -> config.add(change.getKey(), change.getValue()));
        return config.toString();
    }

    /** Reads such a config, which must be without problems. */
    public static <C> C read(String name, String changes, Function<ConfigSection, C> reader) {
        Problems problems = new Problems();
        C config = reader.apply(ConfigSection.parse(name, json(name, changes), problems));
        problems.throwIfAny();
        return config;
    }
}
