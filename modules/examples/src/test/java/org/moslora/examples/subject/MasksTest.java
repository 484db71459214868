package org.moslora.examples.subject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.problems.InvalidInput;

/** Which part of a subject's pictures is learnt. */
class MasksTest {
    private static final Color CLEAR = new Color(0, 0, 0, 0);

    @TempDir
    Path folder;

    /** A sheet of one colour with a rectangle of another, whose right and lower end are those of the sheet. */
    private Path draw(String name, int type, Color sheet, Color inside, int left, int top) throws IOException {
        BufferedImage image = new BufferedImage(40, 20, type);
        Graphics2D graphics = image.createGraphics();
        graphics.setComposite(java.awt.AlphaComposite.Src);
        graphics.setColor(sheet);
        graphics.fillRect(0, 0, 40, 20);
        graphics.setColor(inside);
        graphics.fillRect(left, top, 40 - left, 20 - top);
        graphics.dispose();
        Path file = folder.resolve(name);
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    private Path picture(String name) throws IOException {
        return draw(name, BufferedImage.TYPE_INT_RGB, Color.BLUE, Color.RED, 10, 5);
    }

    private Path mask(String name, int left, int top) throws IOException {
        return draw(name, BufferedImage.TYPE_BYTE_GRAY, Color.BLACK, Color.WHITE, left, top);
    }

    private static TrainingImage shot(SubjectPicture picture, Framing framing, long variation) {
        return new TrainingImage(picture, "", framing.sizeFor(picture), false, variation);
    }

    @Test
    void aFileBesideAPictureOrItsOwnAlphaIsItsMask() throws IOException {
        Path beside = picture("a.png");
        Path mask = mask("a-mask.png", 20, 0);
        Path alpha = draw("b.png", BufferedImage.TYPE_INT_ARGB, CLEAR, Color.RED, 20, 0);
        draw("c.png", BufferedImage.TYPE_INT_ARGB, Color.BLUE, Color.RED, 20, 0); // opaque all over
        mask("d-mask.png", 1, 1);
        SubjectPictures found = SubjectPictures.read("instance.images", folder, true);
        assertThat(found.pictures())
                .extracting(SubjectPicture::file)
                .containsExactly(beside, alpha, folder.resolve("c.png"));
        assertThat(found.pictures()).extracting(SubjectPicture::mask).containsExactly(mask, alpha, null);
        assertThat(found.notes())
                .containsExactly(
                        "c.png: alpha channel dropped",
                        "d-mask.png is passed over: it is the mask of a picture d that is not there",
                        "1 of 3 pictures have no mask and are learnt whole: c.png");
        Framing framing = new Framing(20, Crop.CENTER, false, null);
        for (SubjectPicture picture : found.pictures()) {
            float[] learnt = framing.mask(shot(picture, framing, 0)); // columns 10 to 29 of 40
            for (int i = 0; i < learnt.length; i++) {
                assertThat(learnt[i]).isEqualTo(picture.mask() == null || i % 20 >= 10 ? 1 : 0);
            }
        }
    }

    @Test
    void withoutMasksTheirFilesAreStillNoPictures() throws IOException {
        picture("a.png");
        mask("a-mask.png", 20, 0);
        mask("face-mask.png", 20, 0); // masks nothing here: a picture of one
        SubjectPictures found = SubjectPictures.read("instance.images", folder);
        assertThat(found.pictures())
                .extracting(picture -> String.valueOf(picture.file().getFileName()))
                .containsExactly("a.png", "face-mask.png");
        assertThat(found.pictures()).extracting(SubjectPicture::mask).containsOnlyNulls();
        assertThat(found.notes()).containsExactly("a-mask.png is passed over: it is the mask of a picture a");
    }

    @Test
    void masksAreFramedAsTheirPictures() throws IOException {
        picture("a.png");
        mask("a-mask.png", 10, 5); // where the picture is red
        SubjectPicture picture =
                SubjectPictures.read("instance.images", folder, true).pictures().get(0);
        for (Framing framing : new Framing[] {
            new Framing(24, Crop.RANDOM, true, null), new Framing(16, Crop.RANDOM, true, new Buckets(8, 8, 32))
        }) {
            for (long seed = 1; seed < 60; seed++) {
                TrainingImage shot = shot(picture, framing, SeededRandom.seed(seed));
                float[] red = framing.frame(shot).pixels();
                float[] learnt = framing.mask(shot);
                for (int i = 0; i < learnt.length; i++) {
                    assertThat(learnt[i]).isEqualTo(red[i] / 2 + 0.5f);
                }
            }
        }
    }

    @Test
    void masksThatCannotBeMeantAreNamed() throws IOException {
        picture("a.png");
        mask("a-mask.png", 40, 20);
        picture("b.png");
        ImageIO.write(
                new BufferedImage(20, 40, BufferedImage.TYPE_BYTE_GRAY),
                "png",
                folder.resolve("b-mask.png").toFile());
        draw("c.png", BufferedImage.TYPE_INT_ARGB, CLEAR, CLEAR, 20, 0);
        picture("d.png");
        Files.write(folder.resolve("d-mask.png"), new byte[] {1, 2, 3});
        assertThatThrownBy(() -> SubjectPictures.read("instance.images", folder, true))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("a-mask.png is black all over")
                .hasMessageContaining("b-mask.png has 20 x 40 pixels")
                .hasMessageContaining("40 x 20: b.png")
                .hasMessageContaining("c.png is transparent all over")
                .hasMessageContaining("d-mask.png");
    }

    @Test
    void aMaskThatTheCropLeavesBlackIsNamed() throws IOException {
        picture("a.png");
        mask("a-mask.png", 35, 0);
        SubjectPicture picture =
                SubjectPictures.read("instance.images", folder, true).pictures().get(0);
        Framing framing = new Framing(20, Crop.CENTER, false, null);
        assertThatThrownBy(() -> framing.mask(shot(picture, framing, 0)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("a-mask.png")
                .hasMessageContaining("the crop keeps");
    }
}
