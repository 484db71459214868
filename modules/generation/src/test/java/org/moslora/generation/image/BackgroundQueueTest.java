package org.moslora.generation.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.moslora.layers.Engine;

/** What is handed over is done once, in order, by one thread, and no more of it waits than fits into memory. */
@Timeout(60)
final class BackgroundQueueTest {
    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    @Test
    void thingsAreDoneInOrderByOneOtherThread() {
        List<Integer> done = Collections.synchronizedList(new ArrayList<>());
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        try (BackgroundQueue queue = new BackgroundQueue()) {
            for (int i = 0; i < 100; i++) {
                int number = i;
                queue.add(() -> {
                    threads.add(Thread.currentThread());
                    done.add(number);
                });
            }
            queue.finish();
            assertThat(done).isEqualTo(IntStream.range(0, 100).boxed().toList());
        }
        assertThat(threads).hasSize(1).doesNotContain(Thread.currentThread());
    }

    @Test
    void whoAddsFasterThanIsDoneWaits() throws InterruptedException {
        AtomicInteger added = new AtomicInteger();
        CountDownLatch going = new CountDownLatch(1);
        try (BackgroundQueue queue = new BackgroundQueue()) {
            Thread adding = new Thread(() -> {
                for (int i = 0; i < 30; i++) {
                    queue.add(() -> awaited(going));
                    added.incrementAndGet();
                }
            });
            adding.start();
            while (adding.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            assertThat(added.get()).isBetween(2, 10);
            going.countDown();
            adding.join();
            queue.finish();
            assertThat(added.get()).isEqualTo(30);
        }
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException dropped) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aFailureIsThrownToWhoeverAdds() {
        try (BackgroundQueue queue = new BackgroundQueue()) {
            queue.add(() -> {
                throw new IllegalArgumentException("the disk is full");
            });
            assertThatThrownBy(queue::finish)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the disk is full");
            queue.finish();
            AtomicInteger later = new AtomicInteger();
            queue.add(later::incrementAndGet);
            queue.finish();
            assertThat(later.get()).as("one failure is told once").isEqualTo(1);
        }
    }

    @Test
    void whatIsUnderWayEndsBeforeItIsClosedAndTheRestIsDropped() {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicInteger done = new AtomicInteger();
        BackgroundQueue queue = new BackgroundQueue();
        queue.add(() -> {
            begun.countDown();
            awaited(new CountDownLatch(1));
            done.incrementAndGet();
        });
        queue.add(() -> done.addAndGet(10));
        awaited(begun);
        queue.close();
        assertThat(done.get()).isEqualTo(1);
    }
}
