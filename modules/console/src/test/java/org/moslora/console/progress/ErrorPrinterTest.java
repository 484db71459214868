package org.moslora.console.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.moslora.problems.Explained;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problem;

class ErrorPrinterTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void aLineForEachProblem() {
        InvalidInput invalid = new InvalidInput(List.of(new Problem("recipe.yaml:3", "a"), new Problem("", "b\nc")));
        assertThat(ErrorPrinter.tell(invalid, err, false).number()).isEqualTo(2);
        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("error: recipe.yaml:3: a", "error: b c");
    }

    @Test
    void failuresAreOneLineToo() {
        assertThat(ErrorPrinter.tell(new IllegalStateException("first\n  second"), err, false)
                        .number())
                .isEqualTo(1);
        ErrorPrinter.tell(new StackOverflowError(), err, false);
        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "error: IllegalStateException: first second (debug shows where)",
                        "error: StackOverflowError (debug shows where)");
    }

    private static final class Told extends RuntimeException implements Explained {
        private static final long serialVersionUID = 1;

        Told() {
            super("no master answers");
        }
    }

    @Test
    void whatSaysAllHasNoNameOfATypeBeforeIt() {
        IOException cause = new IOException("Map failed");
        ErrorPrinter.tell(new UncheckedIOException("a.safetensors cannot be mapped: Map failed", cause), err, false);
        ErrorPrinter.tell(new UncheckedIOException(new NoSuchFileException("a.png")), err, false);
        ErrorPrinter.tell(new Told(), err, false);
        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "error: a.safetensors cannot be mapped: Map failed (debug shows where)",
                        "error: NoSuchFileException: a.png (debug shows where)",
                        "error: no master answers (debug shows where)");
    }

    @Test
    void aNameThatIsNoPathIsTheInputsFault() {
        InvalidPathException odd =
                new InvalidPathException("f\u00fcr.png", "Malformed input or contains unmappable characters");
        assertThat(ErrorPrinter.tell(odd, err, false)).isEqualTo(ExitCode.WRONG_INPUT);
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .startsWith("error: \"f\u00fcr.png\" is no path here")
                .contains("LC_ALL=C.UTF-8");
    }

    @Test
    void whatIsManyTimesWrongIsTenLinesAndACount() {
        List<Problem> many = IntStream.range(0, 20_000)
                .mapToObj(i -> new Problem("data.json line " + i, "no turns", "no-turns"))
                .toList();
        assertThat(ErrorPrinter.tell(new InvalidInput(many), err, false)).isEqualTo(ExitCode.WRONG_INPUT);
        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .hasSize(11)
                .allMatch(line -> line.startsWith("error: "))
                .last()
                .asString()
                .contains("19,990 more");
    }

    @Test
    void memoryThatRanOutIsOneLineThatSaysHowToGetMore() {
        RuntimeException wrapped = new IllegalStateException(new OutOfMemoryError("Java heap space"));
        assertThat(ErrorPrinter.tell(wrapped, err, false)).isEqualTo(ExitCode.FAILED);
        ErrorPrinter.tell(
                new IllegalStateException(
                        "kernel head: DefaultCPUAllocator: can't allocate memory: you tried to allocate 123 bytes. Error\n at"),
                err,
                false);
        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .hasSize(2)
                .satisfiesExactly(
                        heap -> assertThat(heap).contains("out of memory", "MOSLORA_HEAP="),
                        own -> assertThat(own).contains("out of memory", "123 bytes", "gradient_checkpointing"));
    }

    @Test
    void debuggingShowsWhere() {
        ErrorPrinter.tell(new InvalidInput("a", "b"), err, true);
        assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("\tat ").endsWith("error: a: b\n");
        assertThat(ExitCode.DONE.number()).isZero();
    }
}
