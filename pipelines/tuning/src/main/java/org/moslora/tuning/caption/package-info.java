/**
 * A model that looks at pictures describes all of a folder, a text beside each, as trainings of image generators read them.
 * Start at {@link org.moslora.tuning.caption.Captioning}; {@link org.moslora.tuning.caption.CaptionRows} remembers which texts
 * are the program's own.
 */
@NullMarked
package org.moslora.tuning.caption;

import org.jspecify.annotations.NullMarked;
