package org.moslora.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.moslora.layers.Engine;
import org.moslora.problems.InvalidInput;

/** One thread for the models, so many places before it: who gets one, who gives it up, and what happens to the others. */
@Timeout(60)
final class RequestQueueTest {
    private static final Duration LONG = Duration.ofSeconds(50);

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void isRefused(int status, Runnable request) {
        assertThatThrownBy(request::run)
                .isInstanceOfSatisfying(
                        HttpError.class, error -> assertThat(error.status()).isEqualTo(status));
    }

    @Test
    void allWorkIsDoneByOneThreadInTheOrderOfArrival() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch going = new CountDownLatch(1);
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        try (RequestQueue queue = new RequestQueue("order", 8, LONG)) {
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                int number = i;
                Thread client = new Thread(() -> queue.ask(ticket -> {
                    begun.countDown();
                    await(going);
                    threads.add(Thread.currentThread());
                    return order.add(number);
                }));
                client.start();
                clients.add(client);
                await(begun);
                while (queue.waiting() < number) {
                    Thread.onSpinWait();
                }
            }
            going.countDown();
            for (Thread client : clients) {
                client.join();
            }
        }
        assertThat(order).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(threads).hasSize(1);
    }

    /** A request whose time is over waits no more, and its place is somebody else's. */
    @Test
    void whoIsToldThatItTookTooLongGivesUpItsPlace() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ending = new CountDownLatch(1);
        try (RequestQueue queue = new RequestQueue("late", 1, Duration.ofSeconds(2))) {
            Thread busy = new Thread(() -> isRefused(
                    HttpError.LATE,
                    () -> queue.ask(ticket -> {
                        begun.countDown();
                        await(ending);
                        return "late";
                    })));
            busy.start();
            await(begun);
            isRefused(HttpError.LATE, () -> queue.ask(ticket -> "never"));
            assertThat(queue.waiting()).isZero();
            ending.countDown();
            busy.join();
            assertThat(queue.<String>ask(ticket -> "here")).isEqualTo("here");
        }
    }

    @Test
    void everyStretchIsHeardInOrderBeforeTheAnswer() {
        StringBuilder heard = new StringBuilder();
        Thread asking = Thread.currentThread();
        try (RequestQueue queue = new RequestQueue("parts", 1, LONG)) {
            String answer = queue.ask(
                    ticket -> {
                        for (int i = 0; i < 500; i++) {
                            ticket.say(i + " ");
                        }
                        return "done";
                    },
                    part -> {
                        assertThat(Thread.currentThread()).isSameAs(asking);
                        heard.append(part);
                    });
            assertThat(answer).isEqualTo("done");
        }
        assertThat(heard.toString().split(" "))
                .hasSize(500)
                .startsWith("0", "1")
                .endsWith("499");
    }

    /** The client is gone: its work ends at the next stretch, and the next request has the thread. */
    @Test
    void aClientThatIsGoneHoldsNobodyUp() throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        AtomicReference<RuntimeException> why = new AtomicReference<>();
        try (RequestQueue queue = new RequestQueue("gone", 1, LONG)) {
            assertThatThrownBy(() -> queue.ask(
                            ticket -> {
                                try {
                                    while (true) {
                                        ticket.say("more ");
                                    }
                                } catch (HttpError dropped) {
                                    why.set(dropped);
                                    ended.countDown();
                                    throw dropped;
                                }
                            },
                            part -> {
                                throw new UncheckedIOException(new IOException("broken pipe"));
                            }))
                    .isInstanceOf(UncheckedIOException.class);
            await(ended);
            assertThat(why.get()).isInstanceOf(HttpError.class);
            assertThat(queue.<Integer>ask(ticket -> 7)).isEqualTo(7);
        }
    }

    @Test
    void whatIsWrongComesToWhoeverAsked() {
        try (RequestQueue queue = new RequestQueue("wrong", 1, LONG)) {
            assertThatThrownBy(() -> queue.ask(ticket -> {
                        throw new InvalidInput("the picture", "is none");
                    }))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("the picture");
            assertThatThrownBy(() -> queue.ask(
                            ticket -> {
                                throw new IllegalStateException("broken");
                            },
                            part -> {}))
                    .hasMessage("broken");
            assertThat(queue.<String>ask(ticket -> "on"))
                    .as("others are served on")
                    .isEqualTo("on");
        }
    }

    @Test
    void whatIsThereWhenItClosesIsAnsweredAndNothingAfter() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ending = new CountDownLatch(1);
        List<String> answers = Collections.synchronizedList(new ArrayList<>());
        RequestQueue queue = new RequestQueue("closing", 2, LONG);
        Thread first = new Thread(() -> answers.add(queue.ask(ticket -> {
            begun.countDown();
            await(ending);
            return "first";
        })));
        first.start();
        await(begun);
        Thread second = new Thread(() -> answers.add(queue.ask(ticket -> "second")));
        second.start();
        while (queue.waiting() == 0) {
            Thread.onSpinWait();
        }
        Thread closing = new Thread(queue::close);
        closing.start();
        while (closing.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        isRefused(HttpError.CLOSING, () -> queue.ask(ticket -> "third"));
        ending.countDown();
        for (Thread each : List.of(first, second, closing)) {
            each.join();
        }
        assertThat(answers).containsExactlyInAnyOrder("first", "second");
    }

    @Test
    void workThatLooksAtItsTicketEndsWhenItsTimeIsOver() {
        try (RequestQueue queue = new RequestQueue("steps", 1, Duration.ofSeconds(1))) {
            int[] steps = new int[1];
            isRefused(
                    HttpError.LATE,
                    () -> queue.ask(ticket -> {
                        while (true) {
                            ticket.check();
                            steps[0]++;
                        }
                    }));
            assertThat(steps[0]).isPositive();
        }
    }
}
