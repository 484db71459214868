package org.moslora.tensors.out;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.problems.InvalidInput;

/** One process at a time, for as long as it lives. */
final class OutputLockTest {
    @TempDir
    private Path root;

    @Test
    void theHolderIsNamedAndItsDeathFrees() throws Exception {
        Path folder = root.resolve("run");
        Process holder = holder(folder);
        assertThatThrownBy(() -> OutputLock.inside("--out run", folder))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("--out run: is in use by process " + holder.pid())
                .hasMessageContaining("since ")
                .hasMessageContaining(folder.toString());
        holder.destroyForcibly().waitFor();
        assertThat(folder.resolve(OutputLock.NAME)).exists();
        OutputLock.inside("--out run", folder).close();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFolderThatWasMadeForNothingGoes() throws Exception {
        Path folder = root.resolve("deep/run");
        Process holder = holder(folder);
        holder.getOutputStream().close();
        assertThat(holder.waitFor()).isZero();
        assertThat(folder).doesNotExist();
        OutputLock lock = OutputLock.inside("--out", folder);
        Files.writeString(folder.resolve("result"), "1");
        assertThatThrownBy(() -> OutputLock.inside("--out", folder)).hasMessageContaining("by this process");
        lock.close();
        assertThat(folder.toFile().list()).containsExactly("result");
    }

    @Test
    void whoTakesTurnsIsNeverTwo() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        Callable<Integer> turns = () -> {
            int taken = 0;
            for (int i = 0; i < 50; i++) {
                try {
                    OutputLock lock = OutputLock.beside("--out", root.resolve("out"));
                    assertThat(inside.incrementAndGet()).isEqualTo(1);
                    inside.decrementAndGet();
                    lock.close();
                    taken++;
                } catch (InvalidInput inUse) {
                    Thread.onSpinWait();
                }
            }
            return taken;
        };
        ExecutorService threads = Executors.newFixedThreadPool(3);
        List<Future<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            all.add(threads.submit(turns));
        }
        int taken = 0;
        for (Future<Integer> each : all) {
            taken += each.get();
        }
        threads.shutdown();
        assertThat(taken).isPositive();
        assertThat(root).isEmptyDirectory();
    }

    /** A process that holds a folder by now. */
    private static Process holder(Path folder) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        HoldingProgram.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = process.inputReader(StandardCharsets.UTF_8).readLine();
        assertThat(said).isEqualTo("held");
        return process;
    }
}
