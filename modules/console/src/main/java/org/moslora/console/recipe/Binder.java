package org.moslora.console.recipe;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.Problems;

/**
 * Values to Java. Everywhere in here null means that the value cannot be had and that a problem says why, so that the
 * rest is still read and told.
 */
record Binder(Shape root, RecipePaths places, Spellings spellings, ValueSources origins, Problems problems) {
    /** What a value is wanted for: its path, its type, and whether a file has to be there. */
    record Wanted(String path, Type type, MustExist.@Nullable Thing mustExist) {
        Wanted inner(String innerPath, int argument) {
            Type inner = ((ParameterizedType) type).getActualTypeArguments()[argument];
            return new Wanted(innerPath, inner, mustExist);
        }
    }

    /** The same, telling nobody. */
    Binder silent() {
        return new Binder(root, places, spellings, new ValueSources(), new Problems());
    }

    @Nullable
    Object bind(Wanted wanted, YamlValue value) {
        origins.put(wanted.path(), value.origin());
        if (wanted.type() instanceof ParameterizedType generic) {
            if (generic.getRawType() == Map.class) {
                return map(wanted, value);
            } else if (generic.getRawType() == List.class) {
                return list(wanted, value);
            }
            throw new IllegalStateException("a recipe cannot hold " + generic);
        }
        Class<?> type = (Class<?>) wanted.type();
        if (type.isRecord() && !spellings.know(type)) {
            Shape shape = Shape.of(type);
            return shape.joined(value) instanceof YamlValue.Mapping block
                    ? new Assembly(this, shape, block, wanted.path()).assemble()
                    : misfit(wanted, value, "must be a mapping");
        }
        return value instanceof YamlValue.Scalar scalar && !scalar.isNull()
                ? scalar(wanted, type, scalar)
                : misfit(wanted, value, "must be a single value");
    }

    private @Nullable Object misfit(Wanted wanted, YamlValue value, String rule) {
        problems.add(value.origin().where(), "%s %s, got %s", wanted.path(), rule, value.kind());
        return null;
    }

    private @Nullable Object scalar(Wanted wanted, Class<?> type, YamlValue.Scalar scalar) {
        try {
            return type == Path.class ? places.read(scalar, wanted.mustExist()) : Scalars.read(type, scalar, spellings);
        } catch (IllegalArgumentException wrong) {
            problems.add(scalar.origin().where(), "%s %s", wanted.path(), String.valueOf(wrong.getMessage()));
            return null;
        }
    }

    /** One value stands for a list of it. */
    private @Nullable List<Object> list(Wanted wanted, YamlValue value) {
        if (!(value instanceof YamlValue.Sequence sequence)) {
            Object only = bind(wanted.inner(wanted.path(), 0), value);
            return only == null ? null : List.of(only);
        }
        List<Object> bound = new ArrayList<>();
        for (int i = 0; i < sequence.items().size(); i++) {
            Object item = bind(
                    wanted.inner(wanted.path() + "[" + i + "]", 0),
                    sequence.items().get(i));
            if (item != null) {
                bound.add(item);
            }
        }
        return bound.size() == sequence.items().size() ? List.copyOf(bound) : null;
    }

    private @Nullable Map<String, Object> map(Wanted wanted, YamlValue value) {
        if (!(value instanceof YamlValue.Mapping mapping)) {
            misfit(wanted, value, "must be a mapping");
            return null;
        }
        Map<String, Object> bound = new LinkedHashMap<>();
        mapping.entries().forEach((key, each) -> {
            Object item = bind(wanted.inner(DottedPath.path(wanted.path(), key), 1), each);
            if (item != null) {
                bound.put(key, item);
            }
        });
        return bound.size() == mapping.entries().size() ? Collections.unmodifiableMap(bound) : null;
    }
}
