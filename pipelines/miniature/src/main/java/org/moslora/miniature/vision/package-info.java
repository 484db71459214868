/**
 * The eye: a vision tower learns by which caption belongs to which picture, as CLIP did, and by what is in each patch of
 * a picture; the text half of CLIP learns beside it, and together they judge pictures. Start at
 * {@link org.moslora.miniature.vision.VisionPretraining}.
 */
@NullMarked
package org.moslora.miniature.vision;

import org.jspecify.annotations.NullMarked;
