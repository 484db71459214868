package org.moslora.problems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class InputFileTest {
    @TempDir
    Path folder;

    @Test
    void textIsReadAsItIs() throws IOException {
        Path file = Files.writeString(folder.resolve("a.json"), "{\"ä\": 1}");
        assertThat(InputFile.text(file)).isEqualTo("{\"ä\": 1}");
        assertThat(InputFile.bytes(file)).hasSize(9);
        assertThatThrownBy(() -> InputFile.text(folder.resolve("no"))).isInstanceOf(NoSuchFileException.class);
        Files.write(file, new byte[] {(byte) 0xff});
        assertThatThrownBy(() -> InputFile.text(file)).isInstanceOf(CharacterCodingException.class);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @Timeout(20)
    void whatNeverEndsOrNeverBeginsIsNotRead() throws Exception {
        refused(Path.of("/dev/zero"), "/dev/zero", "device");
        Path pipe = folder.resolve("pipe");
        Process made = new ProcessBuilder("mkfifo", pipe.toString()).start();
        assertThat(made.waitFor(10, TimeUnit.SECONDS)).isTrue();
        refused(pipe, "pipe");
    }

    @Test
    void whatIsTooLargeIsNotRead() throws IOException {
        Path file = folder.resolve("config.json");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[1]), InputFile.MOST_BYTES);
        }
        refused(file, "config.json", "256 MiB");
    }

    private static void refused(Path file, String... words) {
        assertThatThrownBy(() -> InputFile.text(file))
                .isInstanceOf(InvalidInput.class)
                .message()
                .contains(words);
    }
}
