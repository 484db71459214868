package org.moslora.examples.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.ConvolveOp;
import java.awt.image.Kernel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.examples.image.PictureDecoder;

class PictureLookTest {
    @TempDir
    Path folder;

    /** Many discs of many colours: as sharp as a picture can be, like no other seed's. */
    private static BufferedImage scene(int width, int height, long seed) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        Random random = new Random(seed);
        graphics.scale(width / 400.0, height / 300.0);
        for (int i = 0; i < 120; i++) {
            graphics.setColor(new Color(20 + random.nextInt(200), 20 + random.nextInt(200), 20 + random.nextInt(200)));
            int side = 20 + random.nextInt(120);
            graphics.fillOval(random.nextInt(400) - 50, random.nextInt(300) - 50, side, side);
        }
        graphics.dispose();
        return image;
    }

    private static BufferedImage blurred(BufferedImage image, int width) {
        float[] box = new float[width * width];
        Arrays.fill(box, 1f / box.length);
        ConvolveOp op = new ConvolveOp(new Kernel(width, width, box), ConvolveOp.EDGE_NO_OP, null);
        return op.filter(op.filter(image, null), null).getSubimage(width, width, 400 - 2 * width, 300 - 2 * width);
    }

    private Path write(BufferedImage image, String name, String format) throws IOException {
        Path file = folder.resolve(name);
        ImageIO.write(image, format, file.toFile());
        return file;
    }

    private PictureLook look(BufferedImage image, String name, String format) throws IOException {
        Path file = write(image, name, format);
        return new PictureLook(name, file, PictureDecoder.decode(file), null);
    }

    private static List<String> rules(PictureLook look) {
        return look.remarks().stream().map(Remark::rule).toList();
    }

    @Test
    void sharpPicturesOfAnySizeAndFormatAreNotTold() throws IOException {
        for (int side : new int[] {8, 64, 400, 1600}) {
            assertThat(look(scene(side, side * 3 / 4, 5), "a.png", "png").remarks())
                    .isEmpty();
            assertThat(look(scene(side, side * 3 / 4, 5), "a.jpg", "jpg").remarks())
                    .isEmpty();
        }
    }

    @Test
    void aBlurredPictureIsToldUnlessPartOfItIsSharp() throws IOException {
        BufferedImage blurred = blurred(scene(400, 300, 5), 7);
        PictureLook look = look(blurred, "b.png", "png");
        assertThat(rules(look)).containsExactly("image-blurred");
        assertThat(look.remarks().get(0).message()).contains("picture b.png is blurred", "less than 40");
        blurred.createGraphics().drawImage(scene(120, 90, 6), 30, 40, null);
        assertThat(look(blurred, "c.png", "png").remarks()).isEmpty();
    }

    @Test
    void clippedPicturesAreToldWithTheirShare() throws IOException {
        BufferedImage image = scene(400, 300, 5);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, 400, 180);
        PictureLook over = look(image, "over.png", "png");
        assertThat(rules(over)).containsExactly("image-exposure");
        assertThat(over.remarks().get(0).message())
                .contains("over-exposed", "60 % of its pixels are clipped there, more than 30 %");
        graphics.setColor(Color.BLACK);
        graphics.fillRect(0, 0, 400, 180);
        assertThat(look(image, "under.png", "png").remarks().get(0).message()).contains("under-exposed");
    }

    @Test
    void smallPicturesAreToldByTheSideThatCounts() throws IOException {
        Path file = write(scene(300, 200, 5), "a.png", "png");
        for (boolean longer : new boolean[] {true, false}) {
            PictureNeeds needs = new PictureNeeds(250, longer, "the model");
            PictureLook look = new PictureLook("a.png", file, PictureDecoder.decode(file), needs);
            assertThat(rules(look)).isEqualTo(longer ? List.of() : List.of("image-small"));
            assertThat(look.remarks())
                    .allSatisfy(remark -> assertThat(remark.message())
                            .contains("300 x 200", "shorter side less than the 250 of the model"));
        }
    }

    @Test
    void copiesAreToldAndOthersAreNot() throws IOException {
        NearDuplicates duplicates = new NearDuplicates();
        for (int seed = 0; seed < 40; seed++) {
            assertThat(duplicates.next(look(scene(400, 300, seed), seed + ".png", "png")))
                    .isNull();
        }
        BufferedImage half = scene(200, 150, 7);
        Remark again = duplicates.next(look(half, "half.jpg", "jpg"));
        assertThat(again).isNotNull();
        assertThat(again.rule()).isEqualTo("image-near-duplicate");
        assertThat(again.message()).contains("half.jpg looks the same as 7.png", "of the 256 bits");
        BufferedImage lighter = scene(400, 300, 8);
        for (int i = 0; i < 400 * 300; i++) {
            Color colour = new Color(lighter.getRGB(i % 400, i / 400));
            int red = Math.min(255, colour.getRed() + 15);
            int green = Math.min(255, colour.getGreen() + 15);
            lighter.setRGB(i % 400, i / 400, new Color(red, green, Math.min(255, colour.getBlue() + 15)).getRGB());
        }
        assertThat(duplicates.next(look(lighter, "lighter.png", "png"))).isNotNull();
        BufferedImage plain = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = plain.createGraphics();
        graphics.setColor(Color.GRAY);
        graphics.fillRect(0, 0, 64, 64);
        for (Color colour : new Color[] {Color.RED, Color.GREEN, Color.BLUE, Color.ORANGE}) {
            graphics.setColor(colour);
            graphics.fillRect(24, 24, 10, 10); // the same but for one small thing's colour
            assertThat(duplicates.next(look(plain, colour + ".png", "png"))).isNull();
        }
    }

    @Test
    void aProfileThatIsNotSrgbIsTold() throws IOException {
        Path file = write(scene(400, 300, 5), "a.png", "png");
        ICC_Profile srgb = ICC_Profile.getInstance(ColorSpace.CS_sRGB);
        assertThat(profiled(file, srgb.getData()).remarks()).isEmpty();
        ICC_Profile linear = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB);
        PictureLook look = profiled(file, linear.getData());
        assertThat(rules(look)).containsExactly("image-profile");
        assertThat(look.remarks().get(0).message()).containsPattern("profile \"[ -~]+\", which is not applied");
        assertThat(profiled(file, new byte[] {1, 2, 3}).remarks()).isEmpty();
    }

    private PictureLook profiled(Path png, byte[] profile) throws IOException {
        byte[] whole = Files.readAllBytes(png);
        Deflater deflater = new Deflater();
        deflater.setInput(profile);
        deflater.finish();
        byte[] packed = new byte[profile.length + 100];
        int length = deflater.deflate(packed);
        deflater.end();
        ByteArrayOutputStream chunk = new ByteArrayOutputStream();
        chunk.writeBytes("iCCPp\0\0".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        chunk.write(packed, 0, length);
        CRC32 sum = new CRC32();
        sum.update(chunk.toByteArray());
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(whole, 0, 33); // signature and IHDR
        file.writeBytes(ByteBuffer.allocate(4).putInt(chunk.size() - 4).array());
        file.writeBytes(chunk.toByteArray());
        file.writeBytes(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
        file.write(whole, 33, whole.length - 33);
        Path profiled = Files.write(folder.resolve("profiled.png"), file.toByteArray());
        return new PictureLook("p", profiled, PictureDecoder.decode(profiled), null);
    }
}
