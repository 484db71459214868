package org.moslora.console.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private long now;

    private Progress progress(long total, Function<PrintStream, TerminalLines> lines) {
        return new Progress("step", total, lines.apply(out), () -> now, () -> Optional.of("5.2 G"));
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private String said() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aLogGetsWholeLinesNowAndThen() {
        try (Progress progress = progress(400, TerminalLines.Log::new)) {
            for (int i = 1; i <= 121; i++) {
                pass(Duration.ofMillis(500));
                progress.step(i, "loss 0.0831  lr 9.6e-05");
                if (i == 10) {
                    progress.note("kept");
                }
            }
        }
        assertThat(said().lines())
                .contains("step   120/400  loss 0.0831  lr 9.6e-05  left 0:02:20  rss 5.2 G")
                .element(0)
                .isEqualTo("step     1/400  loss 0.0831  lr 9.6e-05  left 0:03:20  rss 5.2 G");
        assertThat(said().lines().map(line -> line.split("  left")[0].strip()))
                .as("the first, every ten seconds, every tenth, the last")
                .containsExactly(
                        "step     1/400  loss 0.0831  lr 9.6e-05",
                        "kept",
                        "step    21/400  loss 0.0831  lr 9.6e-05",
                        "step    40/400  loss 0.0831  lr 9.6e-05",
                        "step    60/400  loss 0.0831  lr 9.6e-05",
                        "step    80/400  loss 0.0831  lr 9.6e-05",
                        "step   100/400  loss 0.0831  lr 9.6e-05",
                        "step   120/400  loss 0.0831  lr 9.6e-05",
                        "step   121/400  loss 0.0831  lr 9.6e-05");
        assertThat(said()).doesNotContain("\r", "\033");
    }

    @Test
    void aTerminalGetsOneLineThatIsDrawnOver() {
        Progress progress = progress(3, TerminalLines.Terminal::new);
        progress.step(1, "a");
        pass(Duration.ofMillis(10));
        progress.note("saved");
        progress.step(2, "b");
        pass(Duration.ofSeconds(1));
        progress.step(3, "c");
        progress.close();
        progress.close();
        assertThat(said().split("\r\033\\[K"))
                .anySatisfy(part -> assertThat(part).isEqualTo("saved\n"));
        assertThat(screen()).containsExactly("saved", "step   3/3  c  left 0:00:00  rss 5.2 G");
    }

    @Test
    void aTerminalIsNotDrawnMoreOftenThanAnybodySees() {
        Progress progress = progress(0, TerminalLines.Terminal::new);
        for (int i = 1; i <= 1000; i++) {
            pass(Duration.ofMillis(1));
            progress.step(i, "");
        }
        assertThat(said().split("\r")).hasSizeLessThan(15);
        progress.close();
        assertThat(screen()).containsExactly("step    1000  rss 5.2 G");
    }

    /** What a terminal shows that knows nothing but return, newline and erasing to the end of the line. */
    private String[] screen() {
        StringBuilder screen = new StringBuilder();
        for (String line : said().replaceAll("\033\\[\\?7[lh]", "").split("\n")) {
            screen.append(line.substring(line.lastIndexOf("\r\033[K") + 1).replace("\033[K", ""))
                    .append('\n');
        }
        return screen.toString().split("\n");
    }

    @Test
    void quietIsQuiet() {
        try (Progress progress = progress(3, any -> new TerminalLines.Silence())) {
            progress.step(1, "a");
            progress.note("b");
        }
        assertThat(said()).isEmpty();
    }

    @Test
    void whatACheckpointBroughtIsNoSpeed() {
        Progress progress = progress(400, TerminalLines.Log::new);
        progress.resume(200);
        pass(Duration.ofSeconds(1));
        progress.step(201, "");
        assertThat(said()).contains("left 0:03:19");
    }

    @Test
    void notesWithoutAnyStep() {
        try (Progress progress = progress(3, TerminalLines.Terminal::new)) {
            progress.note("only this");
        }
        assertThat(screen()).containsExactly("only this");
    }

    @Test
    void aRateForgetsASlowStart() {
        Rate rate = new Rate(() -> now);
        assertThat(rate.perSecond()).isZero();
        pass(Duration.ofMinutes(5));
        rate.add(1);
        assertThat(rate.perSecond()).isCloseTo(1 / 300.0, within(1e-9));
        for (int i = 0; i < 2000; i++) {
            pass(Duration.ofMillis(100));
            rate.add(1);
        }
        assertThat(rate.perSecond()).isCloseTo(10, within(0.05));
    }

    @Test
    void thisProcessIsKnown() {
        assertThat(ProcessInfo.residentMemory().stream())
                .allSatisfy(used -> assertThat(used).matches("\\d+\\.\\d G"));
        try (Progress quiet = Progress.start("step", 1, true)) {
            quiet.step(1, "");
        }
    }
}
