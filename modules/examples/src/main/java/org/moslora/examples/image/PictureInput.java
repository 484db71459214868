package org.moslora.examples.image;

/**
 * One picture as a model's tower takes it.
 *
 * @param pixels what the tower reads, tile by tile or patch by patch; without entries where the model remembers the
 *     picture's features
 * @param height what its features are laid out by: pixels of the upright picture where it is cut into tiles, patches where
 *     it keeps its own resolution, the tower's side where every picture is made alike
 * @param width see height
 * @param tokens how many image tokens stand for it
 */
@SuppressWarnings("ArrayRecordComponent") // handed to the model as they are, never compared
public record PictureInput(float[] pixels, int height, int width, int tokens) {
    /** In place of a picture whose features the model remembers. */
    public static PictureInput remembered(int tokens) {
        return new PictureInput(new float[0], 0, 0, tokens);
    }

    /** The same without its pixels. */
    public PictureInput bare() {
        return new PictureInput(new float[0], height, width, tokens);
    }
}
