package org.moslora.console.recipe;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The paths of this recipe key must be there already. Checked while the recipe is bound, so that wrong paths are told
 * together with wrong keys.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface MustExist {
    /** What has to be there. */
    Thing value() default Thing.ANY;

    /** What a path may name. */
    enum Thing {
        /** A regular file. */
        FILE,
        /** A folder. */
        FOLDER,
        /** Either. */
        ANY,
        /** Either, or a model of the hub's cache by its name. */
        MODEL,
        /** A folder, or a model of the hub's cache by its name. */
        MODEL_FOLDER;

        /** Whether a name of the hub will do. */
        boolean isModel() {
            return this == MODEL || this == MODEL_FOLDER;
        }

        /** What has to be there on the disk. */
        Thing onDisk() {
            return this == MODEL ? ANY : this == MODEL_FOLDER ? FOLDER : this;
        }
    }
}
