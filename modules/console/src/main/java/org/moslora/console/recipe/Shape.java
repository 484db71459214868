package org.moslora.console.recipe;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a recipe record holds and how to make one. */
record Shape(Class<?> type, List<RecipeComponent> parts) {
    /** Deeper than any recipe; ends the search in records that contain themselves. */
    private static final int DEEPEST = 6;

    static Shape of(Class<?> type) {
        return new Shape(
                type,
                Arrays.stream(type.getRecordComponents())
                        .map(RecipeComponent::of)
                        .toList());
    }

    /** A list of blocks as the first of them with the others inside, where a key takes them; else the value itself. */
    YamlValue joined(YamlValue value) {
        Optional<RecipeComponent> key =
                parts.stream().filter(RecipeComponent::takesFurther).findFirst();
        boolean several = key.isPresent()
                && value instanceof YamlValue.Sequence list
                && !list.items().isEmpty()
                && list.items().get(0) instanceof YamlValue.Mapping;
        if (!several) {
            return value;
        }
        YamlValue.Sequence list = (YamlValue.Sequence) value;
        YamlValue.Mapping first = (YamlValue.Mapping) list.items().get(0);
        List<YamlValue> others = list.items().subList(1, list.items().size());
        return others.isEmpty() ? first : first.with(key.get().key(), new YamlValue.Sequence(others, list.origin()));
    }

    List<String> keys() {
        return parts.stream().map(RecipeComponent::key).toList();
    }

    Optional<RecipeComponent> part(String name) {
        return parts.stream().filter(part -> part.isCalled(name)).findFirst();
    }

    /** The dotted paths, anywhere below, of the keys with a given name. */
    List<String> pathsTo(String key) {
        List<String> found = new ArrayList<>();
        search(key, "", 0, found);
        return found;
    }

    private void search(String key, String path, int depth, List<String> found) {
        for (RecipeComponent part : parts) {
            String inner = DottedPath.path(path, part.key());
            if (part.key().equals(key)) {
                found.add(inner);
            }
            Type type = part.type();
            if (type instanceof ParameterizedType generic) {
                type = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
            }
            if (type instanceof Class<?> block && block.isRecord() && depth < DEEPEST) {
                of(block).search(key, inner, depth + 1, found);
            }
        }
    }

    /** @throws InvocationTargetException with what the record's own constructor throws */
    Object make(@Nullable Object[] values) throws InvocationTargetException {
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException failed) {
            if (failed instanceof InvocationTargetException thrown) {
                throw thrown;
            }
            throw new IllegalStateException("cannot make " + type, failed);
        }
    }

    static @Nullable Object get(RecipeComponent part, Object from) {
        try {
            part.component().getAccessor().setAccessible(true);
            return part.component().getAccessor().invoke(from);
        } catch (ReflectiveOperationException failed) {
            throw new IllegalStateException("cannot read " + part.component(), failed);
        }
    }
}
