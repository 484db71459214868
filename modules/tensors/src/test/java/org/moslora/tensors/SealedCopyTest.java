package org.moslora.tensors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedCopyTest {
    @TempDir
    Path folder;

    @Test
    void onlyWhatFitsItsSealIsTaken() throws IOException {
        SealedCopy copy = new SealedCopy(folder.resolve("copy"), "a".repeat(64));
        assertThat(copy.wrong()).hasValueSatisfying(wrong -> assertThat(wrong).contains("not there"));
        byte[] bytes = new byte[10_000];
        Files.write(copy.file(), bytes);
        assertThat(copy.wrong()).hasValueSatisfying(wrong -> assertThat(wrong).contains("earlier release"));
        copy.seal();
        assertThat(copy.wrong()).isEmpty();
        assertThat(new SealedCopy(copy.file(), "b".repeat(64)).wrong())
                .hasValueSatisfying(wrong -> assertThat(wrong).contains("something else"));
        Files.write(copy.file(), Arrays.copyOf(bytes, 9_999));
        assertThat(copy.wrong()).hasValueSatisfying(wrong -> assertThat(wrong).contains("cut off"));
        bytes[5_000] = 1;
        Files.write(copy.file(), bytes);
        assertThat(copy.wrong()).hasValueSatisfying(wrong -> assertThat(wrong).contains("changed"));
        copy.seal();
        Files.writeString(copy.sealFile(), "more", StandardOpenOption.APPEND);
        assertThat(copy.wrong()).isPresent();
    }
}
