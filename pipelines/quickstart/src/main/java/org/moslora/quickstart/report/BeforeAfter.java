package org.moslora.quickstart.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.moslora.datasets.miniature.AxolotlPictures;
import org.moslora.quickstart.outcome.SubjectOutcome;
import org.moslora.tensors.DurableFiles;

/** The second story as one picture: what was shown, and one picture of every prompt before and after. */
public final class BeforeAfter {
    private static final int SIDE = 128;
    private static final int GAP = 8;
    private static final int MARGIN = 96;
    private static final int LINE = 22;
    private static final List<String> ROWS = List.of("shown", "before", "after");
    private static final Color INK = new Color(0x333333);

    private final SubjectOutcome outcome;
    private final BufferedImage sheet;
    private final Graphics2D graphics;

    private BeforeAfter(SubjectOutcome outcome) {
        this.outcome = outcome;
        int columns = Math.max(outcome.shown().size(), outcome.asked().size());
        this.sheet = new BufferedImage(
                MARGIN + columns * (SIDE + GAP), ROWS.size() * (SIDE + GAP) + LINE, BufferedImage.TYPE_INT_RGB);
        this.graphics = sheet.createGraphics();
    }

    /** Writes it as a PNG file. */
    public static void write(Path file, SubjectOutcome outcome) {
        BeforeAfter picture = new BeforeAfter(outcome);
        try {
            picture.draw();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            ImageIO.write(picture.sheet, "png", bytes);
            DurableFiles.writeBytes(file.toAbsolutePath(), bytes.toByteArray());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } finally {
            picture.graphics.dispose();
        }
    }

    private void draw() throws IOException {
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
        graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 15));
        for (int row = 0; row < ROWS.size(); row++) {
            label(ROWS.get(row), GAP, row * (SIDE + GAP) + SIDE / 2);
        }
        row(0, outcome.shown());
        row(1, outcome.asked().stream().map(asked -> asked.before().get(0)).toList());
        row(2, outcome.asked().stream().map(asked -> asked.after().get(0)).toList());
        graphics.setFont(graphics.getFont().deriveFont(11f));
        for (int i = 0; i < outcome.asked().size(); i++) {
            String prompt = outcome.asked()
                    .get(i)
                    .prompt()
                    .replace(AxolotlPictures.NAME, "…")
                    .replace("wearing a ", "");
            label(prompt, MARGIN + i * (SIDE + GAP), ROWS.size() * (SIDE + GAP) + LINE / 2);
        }
    }

    private void label(String text, int x, int y) {
        graphics.setColor(INK);
        graphics.drawString(text, x, y);
    }

    private void row(int row, List<Path> pictures) throws IOException {
        for (int i = 0; i < pictures.size(); i++) {
            Image picture = ImageIO.read(pictures.get(i).toFile()).getScaledInstance(SIDE, SIDE, Image.SCALE_SMOOTH);
            graphics.drawImage(picture, MARGIN + i * (SIDE + GAP), row * (SIDE + GAP), null);
        }
    }
}
