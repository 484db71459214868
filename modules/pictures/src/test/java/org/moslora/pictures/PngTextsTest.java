package org.moslora.pictures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.examples.image.Picture;
import org.moslora.problems.InvalidInput;

class PngTextsTest {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    @TempDir
    Path folder;

    private static byte[] chunk(String kind, byte[] body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(body.length);
        byte[] name = kind.getBytes(StandardCharsets.ISO_8859_1);
        out.write(name);
        out.write(body);
        CRC32 sum = new CRC32();
        sum.update(name);
        sum.update(body);
        out.writeInt((int) sum.getValue());
        return bytes.toByteArray();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }

    private static byte[] deflated(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String find(byte[] png) throws IOException {
        return new PngTexts("x.png", new ByteArrayInputStream(png))
                .find("parameters")
                .orElse("none");
    }

    @Test
    void readsEveryKindOfText() throws IOException {
        byte[] end = chunk("IEND", new byte[0]);
        byte[] other =
                joined(chunk("IHDR", new byte[13]), chunk("tEXt", text("prompt\0no")), chunk("IDAT", new byte[9]));
        byte[] plain = chunk("tEXt", "parameters\0caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(find(joined(SIGNATURE, other, plain, end))).isEqualTo("café");
        byte[] packed = chunk("zTXt", joined(text("parameters\0\0"), deflated("zipped")));
        assertThat(find(joined(SIGNATURE, packed, end))).isEqualTo("zipped");
        byte[] international = chunk("iTXt", text("parameters\0\0\0en\0Parameter\0猫"));
        assertThat(find(joined(SIGNATURE, other, international, end))).isEqualTo("猫");
        byte[] both = chunk("iTXt", joined(text("parameters\0\1\0\0\0"), deflated("猫 zipped")));
        assertThat(find(joined(SIGNATURE, both, end))).isEqualTo("猫 zipped");
        assertThat(find(joined(SIGNATURE, other, end))).isEqualTo("none");
    }

    @Test
    void damageIsNamed() throws IOException {
        byte[] plain = chunk("tEXt", text("parameters\0cat"));
        assertRefused(text("GIF89a"), "no PNG");
        assertRefused(joined(SIGNATURE, chunk("IHDR", new byte[13])), "truncated");
        plain[9] ^= 1;
        assertRefused(joined(SIGNATURE, plain), "checksum");
        assertRefused(joined(SIGNATURE, new byte[] {-1, 0, 0, 0}, text("tEXt")), "negative");
        assertRefused(joined(SIGNATURE, new byte[] {0x7f, 0, 0, 0}, text("tEXt")), "no prompt");
        assertRefused(joined(SIGNATURE, chunk("iTXt", text("parameters\0\0\0en"))), "cut off");
        assertRefused(joined(SIGNATURE, chunk("zTXt", text("parameters\0\0nonsense"))), "unpacked");
        assertThatThrownBy(() -> PngFile.readText(folder.resolve("nowhere.png"), "parameters"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("nowhere.png");
    }

    private static void assertRefused(byte[] png, String words) {
        assertThatThrownBy(() -> find(png)).isInstanceOf(InvalidInput.class).hasMessageContaining(words);
    }

    /** {@code -Dtests.seed=N} repeats one sequence. */
    @Test
    void mutationsAreReadOrRefused() throws IOException {
        long seed = Long.getLong("tests.seed", System.nanoTime());
        Random random = new Random(seed);
        byte[][] valid = {
            PngFile.encoded(new Picture(3, 2, new byte[18]), "a cat\nSteps: 1, Sampler: Euler, Seed: 2"),
            PngFile.encoded(new Picture(3, 2, new byte[18]), "猫\nSteps: 1, Sampler: Euler, Seed: 2")
        };
        for (int i = 0; i < 1500; i++) {
            byte[] mutated = mutated(valid[i % 2], random);
            Path file = folder.resolve("m.png");
            Files.write(file, mutated);
            try {
                assertTimeoutPreemptively(Duration.ofSeconds(20), () -> readOrRefuse(file));
            } catch (Throwable failure) {
                String hex = HexFormat.of().formatHex(mutated);
                throw new AssertionError("mutation " + i + " of tests.seed=" + seed + ": " + hex, failure);
            }
        }
    }

    private static void readOrRefuse(Path file) {
        try {
            assertThat(GenerationParameters.read(file).prompt()).isNotNull();
        } catch (InvalidInput refused) {
            assertThat(refused.problems()).isNotEmpty();
        }
    }

    private static byte[] mutated(byte[] valid, Random random) {
        byte[] bytes = valid.clone();
        for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
                default -> bytes = joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at / 2, bytes.length));
            }
        }
        return bytes;
    }
}
