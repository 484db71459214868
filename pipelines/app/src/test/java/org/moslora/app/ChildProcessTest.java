package org.moslora.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A part of another program's work ends with it, by kill -9, too, which closes its end of the pipe. */
@Timeout(120)
final class ChildProcessTest {
    @TempDir
    Path folder;

    @Test
    void whoseParentIsGoneEndsAtOnce() throws IOException, InterruptedException {
        Map<String, String> tied = new HashMap<>();
        ChildProcess.tie(tied);
        Process child = Program.startHeard(
                tied, folder.resolve("log"), "studio", "--port", 0, "--threads", 1, "--runs", folder.resolve("runs"));
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(out.readLine()).startsWith("http://127.0.0.1:");
            assertThat(child.isAlive()).isTrue();
            child.getOutputStream().close();
            assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(child.exitValue()).isEqualTo(137);
        } finally {
            child.destroyForcibly();
        }
    }
}
