package org.moslora.training.team;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.moslora.console.progress.Stopped;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.NotFinite;
import org.moslora.problems.Problem;

/** What a member throws, its leader throws, though they are two processes. */
class WorkerReportTest {
    static Stream<Throwable> thrown() {
        return Stream.of(
                new InvalidInput(List.of(new Problem("a.json", "is \"odd\"\nand long"), new Problem("b", "c", "rule"))),
                new NotFinite("step 3: NaN"),
                new Stopped("after step 3 of 6"),
                new PeerLost("worker 1 is gone"),
                new UncheckedIOException("no space left", new IOException("no space left")),
                new OutOfMemoryError("Java heap space"),
                new IllegalStateException("as it was"));
    }

    @ParameterizedTest
    @MethodSource("thrown")
    void itComesBackAsItWas(Throwable thrown) {
        String json = WorkerReport.of(thrown).json();
        assertThat(json).doesNotContain("\n");
        WorkerReport report = WorkerReport.parse(json);
        assertThatThrownBy(() -> {
                    throw report.raised();
                })
                .isExactlyInstanceOf(thrown.getClass())
                .hasMessage(thrown.getMessage());
        assertThat(report.isFailure()).isEqualTo(!(thrown instanceof PeerLost));
    }

    @Test
    void problemsComeBackOneByOne() {
        InvalidInput wrong = new InvalidInput(List.of(new Problem("a", "b"), new Problem("c", "d", "rule")));
        Throwable back = WorkerReport.parse(WorkerReport.of(wrong).json()).thrown();
        assertThat(((InvalidInput) back).problems()).isEqualTo(wrong.problems());
    }

    @Test
    void whatIsOfNoKnownTypeIsNamedInTheMessage() {
        WorkerReport report = WorkerReport.parse(
                WorkerReport.of(new ArithmeticException("by zero")).json());
        assertThat(report.ending()).isEqualTo(WorkerReport.Ending.FAILED);
        assertThat(report.thrown()).hasMessage("ArithmeticException: by zero");
        assertThat(WorkerReport.of(new ArithmeticException()).thrown()).hasMessage("ArithmeticException: null");
    }

    @Test
    void anEndWithoutAWordIsNoFailureOfItsOwn() {
        WorkerReport lost =
                WorkerReport.parse(WorkerReport.lost("worker 2 ended with 137").json());
        assertThat(lost.isFailure()).isFalse();
        assertThat(lost.message()).isEqualTo("worker 2 ended with 137");
        assertThat(WorkerReport.parse(WorkerReport.done().json())).isEqualTo(WorkerReport.done());
        assertThat(WorkerReport.done().isFailure()).isFalse();
    }
}
