package org.moslora.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.problems.InvalidInput;

/** Whatever happens to a file, it is read whole or refused; {@code -Dtests.seed=N} repeats one sequence. */
class MutatedFilesTest {
    private static final int MUTATIONS = 1000;
    private static final String[] SPLICES = {
        "\"",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "0",
        "-1",
        "9223372036854775807",
        "1e9",
        "null",
        "true",
        "\\ud800",
        "\u0000",
        "\"a\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]},",
        "__metadata__",
        "F8_E4M3",
        "[[[[[[[[",
        "{\"a\":"
    };

    @TempDir
    Path folder;

    @Test
    void mutationsAreReadWholeOrRefused() {
        long seed = Long.getLong("tests.seed", System.nanoTime());
        Random random = new Random(seed);
        byte[] valid = HexFormat.of().parseHex(PythonFile.HEX);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutated = mutate(valid, random);
            Path file = Raw.write(folder.resolve("m.safetensors"), mutated);
            try {
                assertTimeoutPreemptively(Duration.ofSeconds(20), () -> readOrRefuse(file, mutated.length));
            } catch (Throwable failure) {
                throw new AssertionError(
                        "mutation " + i + " of tests.seed=" + seed + ": "
                                + HexFormat.of().formatHex(mutated),
                        failure);
            }
        }
    }

    private static void readOrRefuse(Path file, int size) {
        try (WeightSource source = SafetensorsFile.open(file)) {
            long bytes = 0;
            for (String name : source.names()) {
                TensorInfo info = source.info(name);
                ByteBuffer buffer = source.bytes(name).get(0);
                assertThat((long) buffer.remaining())
                        .isEqualTo(info.byteSize())
                        .isEqualTo(info.elements() * info.dtype().bytes());
                while (buffer.hasRemaining()) {
                    buffer.get();
                }
                bytes += info.byteSize();
            }
            assertThat(bytes).isLessThanOrEqualTo(size - 8L);
        } catch (InvalidInput refused) {
            assertThat(refused.problems()).isNotEmpty().hasSizeLessThan(100);
            assertThat(refused.getMessage()).hasSizeLessThan(50_000);
        }
    }

    private static byte[] mutate(byte[] valid, Random random) {
        byte[] mutated = valid.clone();
        for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
            mutated = edit(mutated, random);
        }
        return mutated;
    }

    private static byte[] edit(byte[] bytes, Random random) {
        int at = random.nextInt(bytes.length + 1);
        return switch (random.nextInt(6)) {
            case 0 -> flip(bytes, random, bytes.length);
            case 1 -> flip(bytes, random, Math.min(bytes.length, 8));
            case 2 -> Arrays.copyOf(bytes, at);
            case 3 -> splice(bytes, at, at, new byte[] {(byte) random.nextInt(256)});
            case 4 -> splice(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(8)), new byte[0]);
            default -> replace(bytes, random);
        };
    }

    private static byte[] flip(byte[] bytes, Random random, int below) {
        byte[] flipped = bytes.clone();
        if (below > 0) {
            flipped[random.nextInt(below)] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
    }

    // An edit of the header that keeps its length right, so that it reaches what lies behind the first checks.
    private static byte[] replace(byte[] bytes, Random random) {
        if (bytes.length < 16 || ByteBuffer.wrap(bytes).getShort(0) != (short) 0x8802) {
            return bytes;
        }
        byte[] text = SPLICES[random.nextInt(SPLICES.length)].getBytes(StandardCharsets.UTF_8);
        int at = 8 + random.nextInt(bytes.length - 8);
        byte[] spliced = splice(bytes, at, Math.min(bytes.length, at + random.nextInt(4)), text);
        int length = 0x288 + spliced.length - bytes.length;
        spliced[0] = (byte) length;
        spliced[1] = (byte) (length >> 8);
        return spliced;
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte[] inserted) {
        return ByteBuffer.allocate(bytes.length - (to - from) + inserted.length)
                .put(bytes, 0, from)
                .put(inserted)
                .put(bytes, to, bytes.length - to)
                .array();
    }
}
