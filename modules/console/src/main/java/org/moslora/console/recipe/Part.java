package org.moslora.console.recipe;

import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.Problems;

/** One component of a recipe record, with what its annotations say. */
record Part(String key, RecordComponent component) {
    static Part of(RecordComponent component) {
        Key key = component.getAnnotation(Key.class);
        return new Part(key == null ? Dotted.snake(component.getName()) : key.value(), component);
    }

    Type type() {
        return component.getGenericType();
    }

    boolean mayBeAbsent() {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    /** {@code ": a Hugging Face folder"}, or nothing. */
    String meaning() {
        Means means = component.getAnnotation(Means.class);
        return means == null ? "" : ": " + means.value();
    }

    Existing.@Nullable Thing mustExist() {
        Existing existing = component.getAnnotation(Existing.class);
        return existing == null ? null : existing.value();
    }

    @Nullable
    Value absentValue() {
        Default text = component.getAnnotation(Default.class);
        return text == null ? null : YamlTree.read(text.value(), line -> Origin.DEFAULT, new Problems());
    }

    boolean isCalled(String name) {
        return key.equals(name) || component.getName().equals(name);
    }
}
