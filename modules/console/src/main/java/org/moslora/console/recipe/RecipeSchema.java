package org.moslora.console.recipe;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** JSON Schema of a recipe record, as maps and lists: from it editors know keys, types, words, defaults and meanings. */
final class RecipeSchema {
    private final Spellings spellings;

    private RecipeSchema(Spellings spellings) {
        this.spellings = spellings;
    }

    static Map<String, Object> of(Class<?> type, Spellings spellings) {
        return new RecipeSchema(spellings).block(type);
    }

    private Map<String, Object> block(Class<?> type) {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        for (RecipeComponent part : Shape.of(type).parts()) {
            properties.put(part.key(), key(part));
            if (part.absentValue() == null && !part.mayBeAbsent()) {
                required.add(part.key());
            }
        }
        Map<String, Object> block = new LinkedHashMap<>();
        block.put("type", "object");
        block.put("properties", properties);
        if (!required.isEmpty()) {
            block.put("required", required);
        }
        block.put("additionalProperties", false);
        return block;
    }

    private Map<String, Object> key(RecipeComponent part) {
        // What stands in a value's schema has no order of its own, and the file is to have the same bytes each time.
        Map<String, Object> key = new LinkedHashMap<>(new TreeMap<>(value(part.type())));
        Meaning means = part.component().getAnnotation(Meaning.class);
        if (means != null) {
            key.put("description", means.value());
        }
        Default absent = part.component().getAnnotation(Default.class);
        if (absent != null) {
            key.put("default", new Yaml(new SafeConstructor(new LoaderOptions())).load(absent.value()));
        }
        return key;
    }

    private Map<String, Object> value(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            Map<String, Object> inner = value(arguments[arguments.length - 1]);
            return generic.getRawType() == Map.class
                    ? Map.of("type", "object", "additionalProperties", inner)
                    // One value stands for a list of it.
                    : Map.of("anyOf", List.of(inner, Map.of("type", "array", "items", inner)));
        }
        Class<?> plain = (Class<?>) type;
        List<String> words =
                spellings.know(plain) ? spellings.words(plain) : plain.isEnum() ? Scalars.words(plain) : List.of();
        if (!words.isEmpty()) {
            return Map.of("enum", spelt(words));
        }
        return plain.isRecord() && !spellings.know(plain) ? block(plain) : Map.of("type", scalar(plain));
    }

    /** Dashes may be written as underscores. */
    private static List<String> spelt(List<String> words) {
        return words.stream()
                .flatMap(word -> Stream.of(word, word.replace('-', '_')))
                .distinct()
                .toList();
    }

    private static Object scalar(Class<?> type) {
        if (type == boolean.class || type == Boolean.class) {
            return "boolean";
        } else if (type == double.class || type == Double.class) {
            return "number";
        } else if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            return "integer";
        }
        // A number or a yes is a text too, where one is wanted.
        return type == Path.class ? "string" : List.of("string", "number", "boolean");
    }
}
