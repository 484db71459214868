package org.moslora.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.moslora.examples.image.PictureInput;
import org.moslora.examples.text.Encoded;
import org.moslora.examples.text.ShownPicture;
import org.moslora.problems.InvalidInput;

@Timeout(30)
class ExampleLoaderTest {
    private final StepPlan plan = new StepPlan(Order.SEQUENTIAL, 0, 11, 2, 2, new int[0]);

    /** Three tokens, the second an image; the last two carry a loss. */
    private static Example example(int row) {
        int[] ids = {row, 99, 50 + row};
        int[] labels = {Encoded.IGNORED, 99, 50 + row};
        Encoded encoded = new Encoded(
                "c" + row, ids, labels, new int[] {1}, List.of(new ShownPicture(Path.of(row + ".png"), true, 1)), 0);
        return new Example(encoded, List.of(new PictureInput(new float[] {row}, 1, 1, 1)));
    }

    @Test
    void aBatchIsShiftedInsideEachConversation() {
        Batch batch = Batch.of(List.of(example(1), example(2)));

        assertThat(batch.conversations()).containsExactly("c1", "c2");
        assertThat(batch.ids()).containsExactly(1, 99, 51, 2, 99, 52);
        assertThat(batch.targets()).containsExactly(99, 51, -100, 99, 52, -100);
        assertThat(batch.lengths()).containsExactly(3, 3);
        assertThat(batch.imagePositions()).containsExactly(1, 4);
        assertThat(batch.pixels()).extracting(picture -> picture.pixels()[0]).containsExactly(1f, 2f);
        assertThat(batch.supervised()).isEqualTo(4);
        assertThat(example(1).encoded().supervised()).isEqualTo(2);
    }

    @Test
    void stepsComeInOrderWhateverTheThreadsDo() {
        try (ExampleLoader loader = new ExampleLoader(
                plan,
                1,
                200,
                row -> {
                    sleep(row * 7 % 3);
                    return List.of(example(row));
                },
                4,
                5)) {
            for (int step = 1; step < 200; step++) {
                List<int[]> rows = plan.step(step);
                List<Batch> batches = loader.take();

                assertThat(batches).hasSameSizeAs(rows);
                for (int i = 0; i < rows.size(); i++) {
                    assertThat(batches.get(i).conversations())
                            .hasSize(rows.get(i).length)
                            .first()
                            .isEqualTo("c" + rows.get(i)[0]);
                }
            }
            assertThatThrownBy(loader::take).hasMessageContaining("there is no step 200");
        }
    }

    @Test
    void noMoreIsPreparedThanAsked() {
        AtomicInteger made = new AtomicInteger();
        try (ExampleLoader loader = new ExampleLoader(
                plan,
                0,
                1000,
                row -> {
                    made.incrementAndGet();
                    return List.of(example(row));
                },
                3,
                6)) {
            sleep(100);
            assertThat(made).hasValue(6);
            loader.take();
            sleep(100);
            assertThat(made).hasValue(10);
        }
    }

    @Test
    void theMakersOwnExceptionSurfacesInItsStep() {
        try (ExampleLoader loader = new ExampleLoader(
                plan,
                0,
                3,
                row -> {
                    if (row == 5) {
                        throw new InvalidInput("5.png", "is empty");
                    }
                    return List.of(example(row));
                },
                2,
                8)) {
            assertThat(loader.take()).hasSize(2);
            assertThatThrownBy(loader::take).isInstanceOf(InvalidInput.class).hasMessage("5.png: is empty");
            assertThatThrownBy(loader::take).isInstanceOf(InvalidInput.class);
        }
    }

    @Test
    void closingStopsEverythingAtOnce() throws Exception {
        CountDownLatch started = new CountDownLatch(2);
        CountDownLatch stopped = new CountDownLatch(2);
        ExampleLoader loader = new ExampleLoader(
                plan,
                0,
                1000,
                row -> {
                    started.countDown();
                    try {
                        Thread.sleep(60_000);
                    } catch (InterruptedException asked) {
                        stopped.countDown();
                        throw new IllegalStateException("stopped", asked);
                    }
                    return List.of(example(row));
                },
                2,
                8);
        started.await();
        Thread taker = new Thread(() -> assertThatThrownBy(loader::take).isInstanceOf(IllegalStateException.class));
        taker.start();

        loader.close();

        assertThat(stopped.await(5, TimeUnit.SECONDS)).isTrue();
        taker.join(5000);
        assertThat(taker.isAlive()).isFalse();
        assertThatThrownBy(loader::take).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aReadyQueueIsClosedToo() {
        ExampleLoader loader = new ExampleLoader(plan, 0, 1000, row -> List.of(example(row)), 2, 8);
        sleep(50);
        loader.close();

        assertThatThrownBy(loader::take)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    private static void sleep(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }

    /** The last step of eleven rows has two micro-batches, the first three, so the last of three workers has gaps. */
    @Test
    void whoSharesStepsGetsNothingWhereNothingIsHis() {
        StepPlan shared = new StepPlan(Order.SEQUENTIAL, 0, 5, 1, 3, new int[0]).shared(2, 3);
        try (ExampleLoader loader = new ExampleLoader(shared, 1, 6, row -> List.of(example(row)), 2, 4)) {
            assertThat(loader.take()).isEmpty();
            assertThat(loader.take())
                    .singleElement()
                    .satisfies(batch -> assertThat(batch.conversations()).containsExactly("c2"));
            assertThat(loader.take()).isEmpty();
        }
    }
}
