package org.moslora.quickstart.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.quickstart.outcome.Painted;
import org.moslora.quickstart.outcome.SubjectOutcome;
import org.moslora.quickstart.outcome.Tuned;
import org.moslora.training.RunFigures;

/** The second story in one picture: what was shown above, then before, then after, prompt by prompt. */
class BeforeAfterTest {
    private static final int[] COLOURS = {0xff0000, 0x00ff00, 0x0000ff, 0xffff00, 0xff00ff, 0x00ffff, 0x123456};

    @TempDir
    private Path folder;

    private Path plain(int which) throws IOException {
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 64; i++) {
            image.setRGB(i % 8, i / 8, COLOURS[which]);
        }
        Path file = folder.resolve(which + ".png");
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    private BufferedImage drawn() throws IOException {
        List<Painted> asked = List.of(
                new Painted("a sks animal in the snow", List.of(plain(3), plain(6)), List.of(plain(4))),
                new Painted("a sks animal at night", List.of(plain(5)), List.of(plain(0))));
        SubjectOutcome outcome = new SubjectOutcome(
                List.of(plain(0), plain(1), plain(2)),
                asked,
                List.of(),
                List.of(),
                new Tuned("", new RunFigures(1, 1, 1, List.of()), 1));
        Path file = folder.resolve("sheet.png");
        BeforeAfter.write(file, outcome);
        return ImageIO.read(file.toFile());
    }

    /** The middle of a picture of 128 pixels that others follow after 8. */
    private static int at(BufferedImage sheet, int column, int row) {
        return sheet.getRGB(96 + column * 136 + 64, row * 136 + 64) & 0xffffff;
    }

    @Test
    void everyPictureIsInItsRowAndUnderItsPrompt() throws IOException {
        BufferedImage sheet = drawn();
        int[][] wanted = {{0, 1, 2}, {3, 5}, {4, 0}};
        for (int row = 0; row < wanted.length; row++) {
            for (int column = 0; column < wanted[row].length; column++) {
                assertThat(at(sheet, column, row)).isEqualTo(COLOURS[wanted[row][column]]);
            }
        }
        assertThat(at(sheet, 2, 1)).as("there is no third prompt").isEqualTo(0xffffff);
    }

    @Test
    void theSheetIsAsWideAsTheLongestRowAndRowsAndPromptsAreNamed() throws IOException {
        BufferedImage sheet = drawn();
        assertThat(sheet.getWidth()).isEqualTo(96 + 3 * 136);
        for (int row = 0; row < 3; row++) {
            assertThat(inked(sheet, 0, row * 136, 96, 128)).isPositive();
        }
        assertThat(inked(sheet, 96, 3 * 136, 272, sheet.getHeight() - 3 * 136)).isPositive();
    }

    private static int inked(BufferedImage sheet, int left, int top, int width, int height) {
        int inked = 0;
        for (int y = top; y < top + height; y++) {
            for (int x = left; x < left + width; x++) {
                inked += (sheet.getRGB(x, y) & 0xff) < 0x80 ? 1 : 0;
            }
        }
        return inked;
    }
}
