package org.moslora.console.recipe;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a recipe key is when it is not given. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Default {
    /** The value as it would stand in the recipe: {@code 2.0e-4}, {@code [0.9, 0.999]}, or {@code {}} for a block. */
    String value();
}
