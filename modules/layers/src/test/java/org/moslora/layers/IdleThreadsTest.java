package org.moslora.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What OpenMP itself says of how its threads wait, in processes of their own, as it reads that once. */
@EnabledOnOs(OS.LINUX)
final class IdleThreadsTest {
    private static final int LONGEST_SECONDS = 100;

    @TempDir
    private Path folder;

    @Test
    void howThreadsWaitFollowsFromHowBusyTheMachineIs() throws Exception {
        assertThat(said(Map.of()))
                .containsPattern("GOMP_SPINCOUNT = '(" + IdleThreads.FREE + "|" + IdleThreads.BUSY + ")'");
        assertThat(IdleThreads.turns("some avg10=98.60 avg60=98.85 avg300=98.49 total=9859838355\nfull avg10=0.00"))
                .isEqualTo(IdleThreads.BUSY);
        assertThat(IdleThreads.turns("some avg10=2.10 avg60=98.85 avg300=98.49 total=98\n"))
                .isEqualTo(IdleThreads.FREE);
        assertThat(IdleThreads.turns("")).isEqualTo(IdleThreads.BUSY);
    }

    @Test
    void whatSomebodyHasSaidCounts() throws Exception {
        assertThat(said(Map.of("GOMP_SPINCOUNT", "77"))).contains("GOMP_SPINCOUNT = '77'");
        assertThat(said(Map.of("OMP_WAIT_POLICY", "ACTIVE")))
                .doesNotContain(
                        "GOMP_SPINCOUNT = '" + IdleThreads.FREE + "'", "GOMP_SPINCOUNT = '" + IdleThreads.BUSY + "'");
    }

    private String said(Map<String, String> environment) throws Exception {
        Path said = folder.resolve("said.txt");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EndingProgram.class.getName(),
                        "starting")
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("OMP_") || name.startsWith("GOMP_"));
        builder.environment().put("OMP_DISPLAY_ENV", "VERBOSE");
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(said)).isZero();
        return Files.readString(said);
    }
}
