package org.moslora.examples.image;

/**
 * Pictures that are all made one square of the same size, as LLaVA-1.5 has them.
 *
 * @param preprocessing from {@code preprocessor_config.json}
 * @param aspect pad or crop
 * @param tokens of each picture
 */
public record SquarePictures(ClipPreprocessing preprocessing, ImageAspect aspect, int tokens)
        implements PicturePreparation {
    @Override
    public int tokens(UprightSize size, boolean alone) {
        return tokens;
    }

    @Override
    public boolean countsBySize() {
        return false;
    }

    @Override
    public PictureInput input(Picture picture, boolean alone) {
        float[] pixels = preprocessing.pixels(picture, aspect);
        return new PictureInput(pixels, preprocessing.outputHeight(), preprocessing.outputWidth(), tokens);
    }

    @Override
    public int leastSide() {
        return preprocessing.outputWidth();
    }

    @Override
    public boolean isWhole() {
        return aspect == ImageAspect.PAD;
    }
}
