package org.moslora.examples.quality;

import org.moslora.examples.image.Picture;

/**
 * How large a picture should be.
 *
 * @param least pixels of one of its sides
 * @param longer whether of the longer one, because pictures are padded; else of the shorter, because they are cropped
 * @param by who says so, for messages
 */
public record PictureNeeds(int least, boolean longer, String by) {
    int side(Picture picture) {
        return longer ? Math.max(picture.width(), picture.height()) : Math.min(picture.width(), picture.height());
    }
}
