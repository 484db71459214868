package org.moslora.quickstart;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The recipes, which are texts to copy, with gaps for what only a run of the quickstart knows. */
final class Recipe {
    private static final Pattern GAP = Pattern.compile("\\$\\{(\\w+)}");

    private Recipe() {}

    /**
     * A recipe with its gaps filled.
     *
     * @param story names the resource
     * @param filling what goes into each gap; a gap without is an error
     */
    static String of(String story, Map<String, String> filling) {
        return GAP.matcher(text(story + ".yaml")).replaceAll(gap -> {
            String value = filling.get(gap.group(1));
            if (value == null) {
                throw new IllegalStateException("nothing for " + gap.group() + " of recipe " + story);
            }
            return Matcher.quoteReplacement(value);
        });
    }

    /** A path or text as YAML takes it whatever is in it. */
    static String quoted(Object value) {
        return "'" + value.toString().replace("'", "''") + "'";
    }

    private static String text(String name) {
        try (InputStream resource = Recipe.class.getResourceAsStream(name)) {
            if (resource == null) {
                throw new IllegalStateException("no resource " + name);
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
