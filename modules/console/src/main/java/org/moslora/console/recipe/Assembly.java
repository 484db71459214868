package org.moslora.console.recipe;

import java.lang.reflect.InvocationTargetException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.NearestName;

/** Makes one record from one mapping and tells what is unknown, missing, or refused by the record itself. */
final class Assembly {
    private final Binder binder;
    private final Shape shape;
    private final YamlValue.Mapping block;
    private final String path;

    /** The parts whose value cannot be had; something was said about each. */
    private final Set<RecipeComponent> broken = new LinkedHashSet<>();

    Assembly(Binder binder, Shape shape, YamlValue.Mapping block, String path) {
        this.binder = binder;
        this.shape = shape;
        this.block = block;
        this.path = path;
    }

    @Nullable
    Object assemble() {
        block.entries().forEach(this::tellIfUnknown);
        @Nullable Object[] values = new Object[shape.parts().size()];
        for (int i = 0; i < values.length; i++) {
            RecipeComponent part = shape.parts().get(i);
            values[i] = value(part);
            if (values[i] == null && broken.contains(part)) {
                values[i] = standIn(part);
                if (values[i] == null && !part.mayBeAbsent()) {
                    continueWithout(i + 1);
                    return null;
                }
            }
        }
        return make(values);
    }

    /** Nothing can be made any more, but the remaining parts have problems of their own to tell. */
    private void continueWithout(int from) {
        shape.parts().subList(from, shape.parts().size()).forEach(this::value);
    }

    private @Nullable Object value(RecipeComponent part) {
        YamlValue given = block.entries().get(part.key());
        boolean absent = given == null || given.isNull();
        YamlValue value = absent ? part.absentValue() : given;
        if (value != null) {
            Object bound = binder.bind(wanted(part), value);
            if (bound == null) {
                broken.add(part);
            }
            return bound;
        }
        if (!part.mayBeAbsent()) {
            broken.add(part);
            String where = given == null
                    ? binder.origins().whereToMend(path)
                    : given.origin().where();
            binder.problems().add(where, "%s is missing%s", DottedPath.path(path, part.key()), part.meaning());
        }
        return null;
    }

    /**
     * What takes the place of a broken part, so that the record's own guards can be asked about the others. The record
     * made with it is thrown away.
     */
    private @Nullable Object standIn(RecipeComponent part) {
        YamlValue value = part.absentValue();
        return value == null ? null : binder.silent().bind(wanted(part), value);
    }

    private Binder.Wanted wanted(RecipeComponent part) {
        return new Binder.Wanted(DottedPath.path(path, part.key()), part.type(), part.mustExist());
    }

    private @Nullable Object make(@Nullable Object[] values) {
        try {
            Object made = shape.make(values);
            return broken.isEmpty() ? made : null;
        } catch (InvocationTargetException thrown) {
            new RejectedRecord(binder, shape, path, broken).tell(thrown.getCause());
            return null;
        }
    }

    private void tellIfUnknown(String key, YamlValue value) {
        if (shape.part(key).filter(part -> part.key().equals(key)).isEmpty()) {
            binder.problems()
                    .add(value.origin().where(), "%s is not a setting%s", DottedPath.path(path, key), hint(key));
        }
    }

    private String hint(String key) {
        // A known name in the wrong block is likelier a slip of indentation than of spelling.
        List<String> elsewhere = binder.root().pathsTo(key);
        return elsewhere.isEmpty()
                ? NearestName.hint(key, shape.keys())
                : " (did you mean " + String.join(" or ", elsewhere) + "?)";
    }
}
