package org.moslora.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A task's result is what it returned or threw, as if it had run here. */
class TaskResultTest {
    private static Future<String> failed(Throwable thrown) {
        return CompletableFuture.failedFuture(thrown);
    }

    @Test
    void whatWasReturnedOrThrownComesBack() {
        assertThat(TaskResult.of(CompletableFuture.completedFuture("done"))).isEqualTo("done");
        RuntimeException own = new IllegalArgumentException("own");
        assertThatThrownBy(() -> TaskResult.of(failed(own))).isSameAs(own);
        Error error = new OutOfMemoryError("error");
        assertThatThrownBy(() -> TaskResult.of(failed(error))).isSameAs(error);
        IOException checked = new IOException("checked");
        assertThatThrownBy(() -> TaskResult.of(failed(checked)))
                .isInstanceOf(IllegalStateException.class)
                .hasCause(checked);
    }

    @Test
    void anInterruptedThreadStaysInterrupted() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> TaskResult.of(new CompletableFuture<>())).isInstanceOf(IllegalStateException.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
