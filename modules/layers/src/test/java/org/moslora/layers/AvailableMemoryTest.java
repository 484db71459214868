package org.moslora.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory is what machine, container or user say. */
final class AvailableMemoryTest {
    @Test
    void aContainerHasWhatItsLimitLeaves(@TempDir Path group) throws IOException {
        assertThat(AvailableMemory.group(group)).isEqualTo(Long.MAX_VALUE);
        Files.writeString(group.resolve("memory.current"), "700\n");
        Files.writeString(group.resolve("memory.max"), "max\n");
        assertThat(AvailableMemory.group(group)).isEqualTo(Long.MAX_VALUE);
        Files.writeString(group.resolve("memory.max"), "1000\n");
        Files.writeString(group.resolve("memory.stat"), "anon 400\ninactive_file 200\n");
        assertThat(AvailableMemory.group(group)).isEqualTo(500);
    }

    @Test
    void sizesAreReadAndWritten() {
        assertThat(AvailableMemory.size("6g")).isEqualTo(6L << 30);
        assertThat(AvailableMemory.size(" 512M ")).isEqualTo(512L << 20);
        assertThat(AvailableMemory.size("4096")).isEqualTo(4096);
        assertThat(AvailableMemory.size("much")).isPositive();
        assertThat(AvailableMemory.readable(3L << 20)).isEqualTo("3 MB");
        assertThat(AvailableMemory.readable(5L << 29)).isEqualTo("2.5 GB");
    }
}
