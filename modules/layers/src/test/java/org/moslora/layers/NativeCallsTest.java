package org.moslora.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that ends while libtorch works in it does not crash. */
final class NativeCallsTest {
    private static final int LONGEST_SECONDS = 150;

    @TempDir
    private Path folder;

    @Test
    void whatIsUnderWayIsWaitedForAndNothingGoesOn() throws IOException, InterruptedException {
        assertThat(ended("stopping")).isEqualTo("waited for");
    }

    @Test
    void aServiceFinishesWhatItHasBegun() throws IOException, InterruptedException {
        assertThat(ended("finishing")).isEqualTo("finished");
    }

    /** What the program says when it has ended well; one that does not end is ended. */
    private String ended(String how) throws IOException, InterruptedException {
        Path said = folder.resolve("said.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:ErrorFile=" + folder.resolve("crash.log"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        EndingProgram.class.getName(),
                        how)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        boolean ended = process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertThat(ended).as("ended, having said: " + Files.readString(said)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(said)).isZero();
        assertThat(folder.resolve("crash.log")).doesNotExist();
        return Files.readString(said).strip();
    }
}
