package org.moslora.training.team;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Teams of plain processes. */
class TeamProcessesTest {
    private static final String SECRET = Base64.getEncoder().encodeToString(new byte[32]);

    private final List<Process> processes = new ArrayList<>();
    private final List<BufferedReader> out = new ArrayList<>();

    @AfterEach
    void end() {
        processes.forEach(Process::destroyForcibly);
    }

    private void start(int size, int floats, int times) throws IOException {
        List<PrintStream> in = new ArrayList<>();
        for (int rank = 0; rank < size; rank++) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-Xmx256m",
                            "-cp",
                            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                            TeamProcess.class.getName(),
                            Integer.toString(floats),
                            Integer.toString(times))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            processes.add(process);
            out.add(process.inputReader());
            in.add(new PrintStream(process.getOutputStream(), true));
            in.get(rank).println(new Gson().toJson(new Membership(rank, size, 1, 0, SECRET)));
        }
        List<String> addresses = new ArrayList<>();
        for (int rank = 0; rank < size; rank++) {
            addresses.add(said(rank, "at "));
        }
        in.forEach(each -> each.println(String.join(" ", addresses)));
    }

    private String said(int rank, String word) throws IOException {
        for (String line = out.get(rank).readLine();
                line != null;
                line = out.get(rank).readLine()) {
            if (line.startsWith(word)) {
                return line.substring(word.length());
            }
        }
        throw new AssertionError("worker " + rank + " ended and did not say " + word);
    }

    @Test
    void allComeToTheSumInTheOrderOfRanks() throws IOException {
        start(3, 1001, 2);
        float[] sum = TeamProcess.values(0, 1001);
        for (int rank = 1; rank < 3; rank++) {
            float[] more = TeamProcess.values(rank, 1001);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += more[i];
            }
        }
        for (int rank = 0; rank < 3; rank++) {
            assertThat(said(rank, "sum ")).isEqualTo(Arrays.hashCode(sum) + " 4.5 6 true");
        }
    }

    @Test
    void aKilledMemberEndsTheOthersAtOnce() throws Exception {
        start(3, 50_000, 0);
        for (int rank = 0; rank < 3; rank++) {
            said(rank, "joined");
        }
        processes.get(1).destroyForcibly();
        for (int rank : new int[] {0, 2}) {
            assertThat(said(rank, "lost ")).isNotEmpty();
            assertThat(processes.get(rank).waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Ten megabytes among four take less than 0.3 seconds of all their processors together. */
    @Test
    @Tag("slow")
    void tenMegabytesAreCheap() throws IOException {
        start(4, 2_500_000, 20);
        double all = 0;
        for (int rank = 0; rank < 4; rank++) {
            all += Double.parseDouble(said(rank, "cpu "));
        }
        System.out.printf("a sum of 10 MB among 4: %.3f CPU seconds, all together%n", all);
        assertThat(all).isLessThan(0.3);
    }
}
