package org.moslora.console.recipe;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Lists the keys of a recipe record, blocks before what is in them. */
final class KeyNotes {
    private final Spellings spellings;
    private final List<KeyNote> notes = new ArrayList<>();

    private KeyNotes(Spellings spellings) {
        this.spellings = spellings;
    }

    static List<KeyNote> of(Class<?> type, Spellings spellings) {
        KeyNotes keys = new KeyNotes(spellings);
        keys.walk(type, "");
        return keys.notes;
    }

    private void walk(Class<?> type, String path) {
        for (RecipeComponent part : Shape.of(type).parts()) {
            String inner = DottedPath.path(path, part.key());
            Meaning means = part.component().getAnnotation(Meaning.class);
            notes.add(new KeyNote(inner, kind(part.type()), absent(part), means == null ? "" : means.value()));
            Class<?> element = element(part.type());
            if (isBlock(element)) {
                walk(element, inner);
            }
        }
    }

    private static String absent(RecipeComponent part) {
        Default value = part.component().getAnnotation(Default.class);
        if (value != null) {
            return value.value();
        }
        return part.mayBeAbsent() ? "optional" : "required";
    }

    private static Class<?> element(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            return element(arguments[arguments.length - 1]);
        }
        return (Class<?>) type;
    }

    private boolean isBlock(Class<?> type) {
        return type.isRecord() && !spellings.know(type);
    }

    private String kind(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            return (generic.getRawType() == Map.class ? "mapping to " : "list of ")
                    + kind(arguments[arguments.length - 1]);
        }
        Class<?> plain = (Class<?>) type;
        if (isBlock(plain)) {
            return "block";
        } else if (plain.isEnum()) {
            return "one of " + String.join(", ", Scalars.words(plain));
        } else if (plain == Path.class) {
            return "path";
        } else if (plain == boolean.class || plain == Boolean.class) {
            return "true or false";
        } else if (plain == double.class || plain == Double.class) {
            return "number";
        }
        return plain.isPrimitive() || Number.class.isAssignableFrom(plain) ? "whole number" : "text";
    }
}
