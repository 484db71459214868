/**
 * What can be said of pictures that can be read and yet may not be meant: blurred, badly exposed, too small, the same
 * one twice, colours of another space. {@link org.moslora.examples.quality.PictureLook} says what
 * is odd about one, {@link org.moslora.examples.quality.NearDuplicates} what is among several.
 */
@NullMarked
package org.moslora.examples.quality;

import org.jspecify.annotations.NullMarked;
