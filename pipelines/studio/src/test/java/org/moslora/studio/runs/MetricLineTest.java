package org.moslora.studio.runs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines of metrics, read by hand for speed, against a reader of JSON; and lines that are none. */
final class MetricLineTest {
    private static double[] read(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        return MetricLine.read(bytes, 0, bytes.length);
    }

    @Test
    void valuesAreThoseThatAReaderOfJsonFinds() {
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            String line = line(random);
            double[] row = read(line);
            JsonObject json = JsonParser.parseString(line).getAsJsonObject();
            assertThat(row).as(line).isNotNull();
            for (int j = 0; j < MetricLine.NAMES.length; j++) {
                JsonElement value = json.get(MetricLine.NAMES[j]);
                double expected = value == null || value.isJsonNull() ? Double.NaN : value.getAsDouble();
                assertThat(Double.valueOf(row[j]))
                        .as("%s of %s", MetricLine.NAMES[j], line)
                        .isEqualTo(Double.valueOf(expected));
            }
        }
    }

    private static String line(Random random) {
        String blank = random.nextBoolean() ? " " : "";
        StringBuilder line = new StringBuilder("{" + blank + "\"step\":" + (1 + random.nextInt(1_000_000)));
        String[] names = {"loss", "learning_rate", "grad_norm", "seconds", "validation_loss", "tokens", "é \\\" other"};
        for (String name : names) {
            if (name.equals("loss") || random.nextInt(3) > 0) {
                line.append(blank)
                        .append(',')
                        .append(blank)
                        .append('"')
                        .append(name)
                        .append("\":")
                        .append(blank);
                line.append(number(random, name));
            }
        }
        if (random.nextBoolean()) {
            line.append(", \"note\": \"a } \\\" , {\\\\\"");
        }
        return line.append(blank)
                .append('}')
                .append(random.nextBoolean() ? "\r" : "")
                .toString();
    }

    private static String number(Random random, String name) {
        return switch (random.nextInt(name.equals("loss") ? 4 : 6)) {
            case 0 -> Double.toString(random.nextGaussian());
            case 1 -> Integer.toString(random.nextInt(100));
            case 2 -> "1.5e-" + random.nextInt(30);
            case 3 -> "-0.25E+3";
            case 4 -> "null";
            default -> Float.toString(random.nextFloat());
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{}",
                "[]",
                "null",
                "{\"step\":1}",
                "{\"loss\":1}",
                "{\"step\":0,\"loss\":1}",
                "{\"step\":-3,\"loss\":1}",
                "{\"step\":1,\"loss\":null}",
                "{\"step\":1,\"loss\":NaN}",
                "{\"step\":1,\"loss\":}",
                "{\"step\":1,\"loss\":1",
                "{\"step\":1,\"loss\":1,",
                "{\"step\":1,\"loss\":1}}",
                "{\"step\":1,\"loss\":1} x",
                "{\"step\":1 \"loss\":1}",
                "{\"step\" 1,\"loss\":1}",
                "{\"step\":1,\"loss\":\"1\"",
                "{\"step\":1,\"loss\":1,\"note\":\"open}",
                "{\"step\":1,\"loss\":1,\"note\":\"open\\",
                "{\"step\":one,\"loss\":1}",
                "step 1 loss 1"
            })
    void whatIsNoRowIsNone(String line) {
        assertThat(read(line)).isNull();
    }

    /** A line that is being written is none until it is whole, whatever stands behind it in the buffer. */
    @Test
    void everyBeginningOfALineIsNone() {
        byte[] line = "{\"step\":12,\"loss\":0.5,\"note\":\"é \\\" x\"}".getBytes(StandardCharsets.UTF_8);
        for (int end = 0; end < line.length; end++) {
            assertThat(MetricLine.read(line, 0, end)).as("%d bytes", end).isNull();
        }
        byte[] behind = Arrays.copyOf(line, line.length + 4);
        Arrays.fill(behind, line.length, behind.length, (byte) '}');
        assertThat(MetricLine.read(behind, 0, line.length)).startsWith(12, 0.5);
    }

    @Test
    void bytesOfAllKindsAreSurvived() {
        Random random = new Random(11);
        byte[] line = "{\"step\":12,\"loss\":0.5,\"seconds\":1e-3}".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 5000; i++) {
            byte[] spoilt = line.clone();
            for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
                spoilt[random.nextInt(spoilt.length)] = (byte) random.nextInt(256);
            }
            double[] row = MetricLine.read(spoilt, 0, spoilt.length);
            assertThat(row == null || row[0] >= 1 && !Double.isNaN(row[1])).isTrue();
        }
    }
}
