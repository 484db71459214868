package org.moslora.console.recipe;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** YAML before anybody knows what type it should have. */
sealed interface YamlValue {
    ValueSource origin();

    /** How a message calls it, without its contents. */
    String kind();

    default boolean isNull() {
        return false;
    }

    /** Keys in the order of the file. */
    record Mapping(Map<String, YamlValue> entries, ValueSource origin) implements YamlValue {
        public Mapping {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        Mapping with(String key, YamlValue value) {
            Map<String, YamlValue> changed = new LinkedHashMap<>(entries);
            changed.put(key, value);
            return new Mapping(changed, origin);
        }

        @Override
        public String kind() {
            return "a mapping";
        }
    }

    record Sequence(List<YamlValue> items, ValueSource origin) implements YamlValue {
        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public String kind() {
            return "a list";
        }
    }

    /**
     * The text as written. Its type is left to whoever wants the value: YAML 1.1 takes {@code 2e-4} for text and
     * {@code no} for a boolean, which is wrong as often as it is right.
     */
    record Scalar(String text, boolean plain, ValueSource origin) implements YamlValue {
        @Override
        public boolean isNull() {
            return plain && (text.isEmpty() || text.equals("~") || text.equalsIgnoreCase("null"));
        }

        @Override
        public String kind() {
            return isNull() ? "nothing" : '"' + (text.length() > 80 ? text.substring(0, 80) + "…" : text) + '"';
        }
    }
}
