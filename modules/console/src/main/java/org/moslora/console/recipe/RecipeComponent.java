package org.moslora.console.recipe;

import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.Problems;

/** One component of a recipe record, with what its annotations say. */
record RecipeComponent(String key, RecordComponent component) {
    static RecipeComponent of(RecordComponent component) {
        Key key = component.getAnnotation(Key.class);
        return new RecipeComponent(key == null ? DottedPath.snake(component.getName()) : key.value(), component);
    }

    Type type() {
        return component.getGenericType();
    }

    boolean mayBeAbsent() {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    /** {@code ": a Hugging Face folder"}, or nothing. */
    String meaning() {
        Meaning means = component.getAnnotation(Meaning.class);
        return means == null ? "" : ": " + means.value();
    }

    MustExist.@Nullable Thing mustExist() {
        MustExist existing = component.getAnnotation(MustExist.class);
        return existing == null ? null : existing.value();
    }

    @Nullable
    YamlValue absentValue() {
        Default text = component.getAnnotation(Default.class);
        return text == null ? null : YamlTree.read(text.value(), line -> ValueSource.DEFAULT, new Problems());
    }

    boolean takesFurther() {
        return component.isAnnotationPresent(Further.class);
    }

    boolean isCalled(String name) {
        return key.equals(name) || component.getName().equals(name);
    }
}
