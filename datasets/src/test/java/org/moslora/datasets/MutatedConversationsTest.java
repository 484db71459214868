package org.moslora.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.problems.InvalidInput;

/** Damaged files give rows, findings or an error, in bounded time; the seed is printed, and can be given. */
class MutatedConversationsTest {
    private static final long SEED = Long.getLong("tests.seed", System.nanoTime());
    private static final String ROWS =
            "[{\"id\": \"a\", \"image\": \"x.png\", \"conversations\": [{\"from\": \"human\","
                    + " \"value\": \"<image>\\nWhat? caf\u00e9\"}, {\"from\": \"gpt\", \"value\": \"A ball.\"}]},\n"
                    + "{\"id\": 7, \"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"text\", \"text\": \"Q\"},"
                    + " {\"type\": \"image\", \"image\": \"y.png\"}]}, {\"role\": \"assistant\", \"content\": \"B\"}]}]";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void givesRowsOrAnError(boolean array) throws Exception {
        System.out.println("conversations: -Dtests.seed=" + SEED);
        String text = array ? ROWS : ROWS.substring(1, ROWS.length() - 1).replace("},\n", "}\n");
        byte[] whole = text.getBytes(StandardCharsets.UTF_8);
        Random random = new Random(SEED);
        int read = 0;
        for (int i = 0; i < 1000; i++) {
            Path file = Files.write(folder.resolve("data.json"), damaged(whole, random));
            read += assertTimeoutPreemptively(Duration.ofSeconds(10), () -> isRead(file)) ? 1 : 0;
        }
        assertThat(read).isBetween(1, 999);
    }

    @Test
    void theWholeIsSound() throws Exception {
        Path file = Files.writeString(folder.resolve("data.json"), ROWS);

        assertThat(ConversationFiles.read(List.of(file), null).rows()).hasSize(2);
    }

    private boolean isRead(Path file) {
        try {
            ConversationRows rows = ConversationFiles.read(List.of(file), null);
            ConversationChecks.check(rows.rows(), folder, true, 1);
            return rows.total() >= rows.rows().size();
        } catch (InvalidInput expected) {
            return false;
        }
    }

    private static byte[] damaged(byte[] whole, Random random) {
        if (random.nextInt(10) == 0) {
            return Arrays.copyOf(whole, random.nextInt(whole.length));
        }
        byte[] damaged = whole.clone();
        String syntax = "{}[],:\"\\ \n0aeu-.";
        for (int i = random.nextInt(4); i >= 0; i--) {
            boolean meaningful = random.nextInt(3) > 0;
            damaged[random.nextInt(whole.length)] =
                    (byte) (meaningful ? syntax.charAt(random.nextInt(syntax.length())) : random.nextInt(256));
        }
        return damaged;
    }
}
