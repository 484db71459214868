package org.moslora.generation.image;

import java.nio.file.Path;
import org.moslora.examples.image.Picture;
import org.moslora.examples.image.PictureDecoder;
import org.moslora.examples.image.PillowResize;
import org.moslora.examples.image.ResizeFilter;

/** Pictures as bytes and as what the autoencoder takes and gives. */
final class PixelTensors {
    private PixelTensors() {}

    /** Planes in [−1, 1] to bytes, clipped and rounded. */
    static Picture picture(float[] planes, int width, int height) {
        int plane = width * height;
        byte[] rgb = new byte[3 * plane];
        for (int i = 0; i < plane; i++) {
            for (int channel = 0; channel < 3; channel++) {
                float value = Math.max(0, Math.min(1, planes[channel * plane + i] / 2 + 0.5f));
                rgb[3 * i + channel] = (byte) Math.rint(value * 255);
            }
        }
        return new Picture(width, height, rgb);
    }

    /** A picture file as planes in [−1, 1], resized by Pillow's Lanczos filter as diffusers does. */
    static float[] framed(Path file, int width, int height) {
        Picture picture = PillowResize.resize(PictureDecoder.decode(file), width, height, ResizeFilter.LANCZOS);
        int plane = width * height;
        float[] planes = new float[3 * plane];
        byte[] rgb = picture.rgb();
        for (int i = 0; i < plane; i++) {
            for (int channel = 0; channel < 3; channel++) {
                planes[channel * plane + i] = 2 * ((rgb[3 * i + channel] & 0xff) / 255f) - 1;
            }
        }
        return planes;
    }
}
