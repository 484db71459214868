/**
 * Picture files to numbers: {@link org.moslora.examples.image.PictureDecoder} turns a file into an upright RGB
 * {@link org.moslora.examples.image.Picture} with the bytes that Pillow gives,
 * {@link org.moslora.examples.image.PillowResize} resamples it as Pillow does, and
 * {@link org.moslora.examples.image.ClipPreprocessing} makes of it what a CLIP tower takes. Start at
 * {@code PictureDecoder.decode}.
 */
@NullMarked
package org.moslora.examples.image;

import org.jspecify.annotations.NullMarked;
