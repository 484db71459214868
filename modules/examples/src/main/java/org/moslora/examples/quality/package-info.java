/**
 * What can be said of pictures that can be read and yet may not be meant: blurred, badly exposed, too small, there
 * twice, of another colour space. {@link org.moslora.examples.quality.NearDuplicates} finds what is there twice. Start at
 * {@link org.moslora.examples.quality.PictureLook}, which says what is odd about one picture alone.
 */
@NullMarked
package org.moslora.examples.quality;

import org.jspecify.annotations.NullMarked;
