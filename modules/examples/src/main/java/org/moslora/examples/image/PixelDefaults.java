package org.moslora.examples.image;

import java.util.List;

/**
 * What an image processor does where {@code preprocessor_config.json} is silent.
 *
 * @param side of the pictures in pixels
 * @param crops whether their middle is cut out, the shorter side being {@code side}; else both sides are
 * @param mean of red, green and blue
 * @param std of red, green and blue
 */
public record PixelDefaults(int side, boolean crops, List<Double> mean, List<Double> std) {
    /** CLIP's. */
    public static final PixelDefaults CLIP =
            new PixelDefaults(224, true, PreprocessorFile.CLIP_MEAN, PreprocessorFile.CLIP_STD);

    /** SigLIP's at 384 pixels, as LLaVA-OneVision has them. */
    public static final PixelDefaults SIGLIP =
            new PixelDefaults(384, false, List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5));

    public PixelDefaults {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
    }

    /** The same for pictures of another size. */
    public PixelDefaults ofSide(int other) {
        return new PixelDefaults(other, crops, mean, std);
    }
}
