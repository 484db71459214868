package org.moslora.onnx.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that ends while ONNX Runtime works in it does not crash. */
final class EndingTest {
    @TempDir
    private Path folder;

    @Test
    void theEnvironmentOutlivesTheLibrarysOwnHook() {
        assertThat(SharedEnvironment.isHeld()).isTrue();
    }

    @Test
    void runsThatAreStoppedAreNotTakenForFailed() throws IOException, InterruptedException {
        assertThat(ended("stopping")).isEmpty();
    }

    @Test
    void aServiceFinishesWhatItHasBegun() throws IOException, InterruptedException {
        assertThat(ended("finishing")).isEqualTo("finished");
    }

    /** What the program says when it has ended well. */
    private String ended(String how) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:ErrorFile=" + folder.resolve("crash.log"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        EndingProgram.class.getName(),
                        how)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(folder.resolve("crash.log")).doesNotExist();
        return said.strip();
    }
}
