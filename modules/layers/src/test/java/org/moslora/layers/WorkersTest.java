package org.moslora.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class WorkersTest {
    @Test
    void partsRunAtOnceEachOnItsOwnThread() {
        CountDownLatch both = new CountDownLatch(2);
        Supplier<String> part = () -> {
            both.countDown();
            await(both);
            return Thread.currentThread().getName();
        };
        try (Workers workers = new Workers(2)) {
            assertThat(workers.count()).isEqualTo(2);
            List<String> names = workers.run(List.of(part, part));
            assertThat(names).containsExactly("worker-0", "worker-1");
            assertThat(workers.run(List.of(() -> Thread.currentThread().getName())))
                    .containsExactly("worker-0");
        }
    }

    @Test
    void aFailureIsThrownOnceNothingRunsAnyMore() {
        CountDownLatch failed = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        IllegalStateException broken = new IllegalStateException("broken");
        Supplier<Integer> fails = () -> {
            failed.countDown();
            throw broken;
        };
        Supplier<Integer> goesOn = () -> {
            await(failed);
            ended.set(true);
            return 1;
        };
        try (Workers workers = new Workers(2)) {
            assertThatThrownBy(() -> workers.run(List.of(fails, goesOn))).isSameAs(broken);
            assertThat(ended).isTrue();
            assertThat(workers.run(List.of(() -> 5, () -> 6))).containsExactly(5, 6);
        }
    }

    @Test
    void allFailuresAreTold() {
        Supplier<Integer> one = () -> {
            throw new IllegalStateException("one");
        };
        Supplier<Integer> other = () -> {
            throw new StackOverflowError("other");
        };
        try (Workers workers = new Workers(2)) {
            assertThatThrownBy(() -> workers.run(List.of(one, other)))
                    .hasMessage("one")
                    .satisfies(thrown ->
                            assertThat(thrown.getSuppressed()).singleElement().isInstanceOf(StackOverflowError.class));
            assertThatThrownBy(() -> workers.run(List.of(other))).isInstanceOf(StackOverflowError.class);
        }
    }

    @Test
    void anInterruptWaitsForTheStepAndIsKept() {
        Thread caller = Thread.currentThread();
        Supplier<Integer> interrupts = () -> {
            caller.interrupt();
            return 3;
        };
        try (Workers workers = new Workers(1)) {
            assertThat(workers.run(List.of(interrupts))).containsExactly(3);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void numbersThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> new Workers(0)).hasMessageContaining("got 0");
        try (Workers workers = new Workers(1)) {
            assertThatThrownBy(() -> workers.run(List.of(() -> 1, () -> 2))).hasMessageContaining("2 parts for 1");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }
}
