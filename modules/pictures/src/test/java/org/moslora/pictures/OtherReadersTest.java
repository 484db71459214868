package org.moslora.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.examples.image.Picture;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What others write is read here, and what is written here is read by others: Pillow's files, and Java's own reader. */
final class OtherReadersTest {
    private static final String HEAD = "89504e470d0a1a0a0000000d49484452000000020000000108020000007b40e8dd";
    private static final String END = "0000000f49444154789c63e4129163606000000126003e63f860590000000049454e44ae426082";

    /** Pillow 13.0.0, {@code PngInfo.add_text("parameters", text)}. */
    private static final String PLAIN =
            "0000008c74455874706172616d6574657273006120636166e90a4e656761746976652070726f6d70743a20626c757272790a"
                    + "53746570733a20372c2053616d706c65723a2044504d2b2b20324d2c205363686564756c6520747970653a204b6172726173"
                    + "2c20434647207363616c653a20342e352c20536565643a20392c2053697a653a2036347833322c204d6f64656c3a206de45c"
                    + "4607";

    /** The same with {@code zip=True}. */
    private static final String ZIPPED =
            "000000897a545874706172616d65746572730000789c0dca410ac2301046e17d4ff1ef1b5cd4aa385b451712117a823119b5"
                    + "90d03049c57a636f61768f8fc770fcf83557797219df82a4534c85700fb3ead20c455226ec0c068e2988128e37dbb6e86c25"
                    + "f7123f07415992102eaccad9e0703a233b0e95fad5a66e229eb0af317eab6dfbcfba33b0939740887ff1ea28c2a2f6b6b6";

    /** A text outside of Latin 1 without being told how: Pillow makes it an iTXt. */
    private static final String OF_ITSELF =
            "0000009369545874706172616d657465727300000000006120e78cabf09f98800a4e656761746976652070726f6d70743a20"
                    + "626c757272790a53746570733a20372c2053616d706c65723a2044504d2b2b20324d2c205363686564756c6520747970653a"
                    + "204b61727261732c20434647207363616c653a20342e352c20536565643a20392c2053697a653a2036347833322c204d6f64"
                    + "656c3a206d071716d2";

    /** {@code add_text("Comment", "other")}, then {@code add_itxt("parameters", text, "de", "Parameter", zip=True)}. */
    private static final String INTERNATIONAL =
            "0000000d74455874436f6d6d656e74006f7468657209b73d82000000a169545874706172616d657465727300010064650050"
                    + "6172616d6574657200789c4b5478deb3fac3fc190d5c7ea9e989259965a90a0545f9b90525560a4939a54545955cc125a905"
                    + "c5560ae63a0ac189b90539a945560a2e01bedada0a46be40a1e48cd494d29c548592ca82542b05efc4a2a2c4621d05673777"
                    + "85e2e4c41ca090899e2950596a6a8a95822590915905143333a93036d251f0cd4f49cdb152c805004eed2b74130f7f6b";

    private static final Options SAID = Options.NONE
            .with(Option.NEGATIVE, "blurry")
            .with(Option.STEPS, 7L)
            .with(Option.SCHEDULER, "dpmpp-2m-karras")
            .with(Option.GUIDANCE, 4.5)
            .with(Option.SEED, 9L)
            .with(Option.WIDTH, 64L)
            .with(Option.HEIGHT, 32L);

    @TempDir
    private Path folder;

    private PictureRequest read(String chunks) throws IOException {
        Path file = folder.resolve("theirs.png");
        Files.write(file, HexFormat.of().parseHex(HEAD + chunks + END));
        return GenerationParameters.read(file);
    }

    @ParameterizedTest
    @ValueSource(strings = {PLAIN, ZIPPED})
    void whatPillowWritesInLatinLettersIsRead(String chunk) throws IOException {
        assertThat(read(chunk)).isEqualTo(new PictureRequest("a café", SAID));
    }

    @ParameterizedTest
    @ValueSource(strings = {OF_ITSELF, INTERNATIONAL})
    void whatPillowWritesInOtherLettersIsRead(String chunks) throws IOException {
        assertThat(read(chunks)).isEqualTo(new PictureRequest("a 猫😀", SAID));
    }

    /** The keyword and text of every text chunk, as Java's reader finds them. */
    private static Map<String, String> texts(byte[] png) throws IOException {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("png");
        ImageReader reader = readers.next();
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(png))) {
            reader.setInput(in);
            IIOMetadata metadata = reader.getImageMetadata(0);
            Element tree = (Element) metadata.getAsTree("javax_imageio_png_1.0");
            Map<String, String> texts = new java.util.TreeMap<>();
            for (String kind : List.of("tEXtEntry", "iTXtEntry")) {
                NodeList entries = tree.getElementsByTagName(kind);
                for (int i = 0; i < entries.getLength(); i++) {
                    Element entry = (Element) entries.item(i);
                    String text = entry.getAttribute(kind.equals("tEXtEntry") ? "value" : "text");
                    texts.put(kind + " " + entry.getAttribute("keyword"), text);
                }
            }
            return texts;
        } finally {
            reader.dispose();
        }
    }

    @Test
    void javasReaderFindsTheTextAndThePixels() throws IOException {
        Picture picture = new Picture(3, 2, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, -1, -2, -3, 10, 11, 12, 0, 0, 0});
        GenerationParameters latin = new GenerationParameters(new PictureRequest("a café", SAID), "m", Map.of());
        Path file = folder.resolve("ours.png");
        PngFile.write(file, picture, latin);
        byte[] bytes = Files.readAllBytes(file);
        assertThat(texts(bytes))
                .containsExactly(Map.entry(
                        "tEXtEntry parameters",
                        "a café\nNegative prompt: blurry\nSteps: 7, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 4.5,"
                                + " Seed: 9, Size: 64x32, Model: m"));
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(bytes));
        assertThat(image.getRGB(0, 0) & 0xffffff).isEqualTo(0x010203);
        assertThat(image.getRGB(0, 1) & 0xffffff).isEqualTo(0xfffefd);
        assertThat(image.getColorModel().hasAlpha()).isFalse();
    }

    @Test
    void javasReaderFindsWhatLatinLettersCannotSay() throws IOException {
        GenerationParameters making = new GenerationParameters(new PictureRequest("猫 😀", SAID), "m", Map.of());
        Path file = folder.resolve("ours.png");
        PngFile.write(file, new Picture(1, 1, new byte[3]), making);
        assertThat(texts(Files.readAllBytes(file)))
                .containsOnlyKeys("iTXtEntry parameters")
                .allSatisfy((keyword, text) -> assertThat(text).startsWith("猫 😀\nNegative prompt: blurry\nSteps: 7"));
    }

    /** Names go by numbers alone, in digits that every program reads, whatever a user's language has for digits. */
    @ParameterizedTest
    @ValueSource(strings = {"ar-EG-u-nu-arab", "hi-IN-u-nu-deva", "fa-IR", "en-US"})
    void namesHaveTheDigitsOfAscii(String language) {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag(language));
            assertThat(PngFile.name(12, 345)).isEqualTo("00012-345.png");
            assertThat(PngFile.name(123_456, Long.MAX_VALUE)).isEqualTo("123456-9223372036854775807.png");
            String text = new GenerationParameters(new PictureRequest("x", SAID), "m", Map.of())
                    .parameters()
                    .text();
            assertThat(text).contains("Steps: 7,", "CFG scale: 4.5,", "Size: 64x32");
        } finally {
            Locale.setDefault(before);
        }
    }
}
