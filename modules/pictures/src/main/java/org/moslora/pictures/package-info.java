/**
 * What is asked of an image generator and what it leaves. A {@link org.moslora.pictures.PictureRequest} is one prompt
 * with its {@link org.moslora.pictures.Options}, from the command line or a line of a
 * {@link org.moslora.pictures.PromptFile}; a {@link org.moslora.pictures.GenerationParameters} is a request with everything settled,
 * and goes with the pixels into a {@link org.moslora.pictures.PngFile} as the {@code parameters} text of AUTOMATIC1111's
 * web UI, and into {@link org.moslora.pictures.ImageRows}; {@link org.moslora.pictures.Grid} puts pictures side by side.
 * Start at {@code PictureRequest}.
 */
@NullMarked
package org.moslora.pictures;

import org.jspecify.annotations.NullMarked;
