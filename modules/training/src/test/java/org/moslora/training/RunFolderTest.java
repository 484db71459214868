package org.moslora.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.problems.InvalidInput;

/** What a run writes are files; a pipe in the place of one would be waited at for ever. */
final class RunFolderTest {
    @TempDir
    private Path folder;

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aPipeInThePlaceOfAFileIsRefused() throws Exception {
        RunFolder run = new RunFolder(folder.resolve("run"));
        run.create();
        Files.writeString(run.metrics(), "");
        run.create();
        Process made = new ProcessBuilder("mkfifo", run.provenance().toString()).start();
        assertThat(made.waitFor()).isZero();
        assertThatThrownBy(run::create)
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("provenance.json")
                .hasMessageContaining("take it away");
    }
}
