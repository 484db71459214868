package org.moslora.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.moslora.problems.InvalidInput;
import org.moslora.quickstart.outcome.Command;

class CommandsTest {
    private final List<List<String>> ran = Collections.synchronizedList(new ArrayList<>());

    @Test
    void whatRunsBesideIsWaitedForAndRemembered() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch trained = new CountDownLatch(1);
        Commands commands = commands(words -> {
            if (words.contains("slow")) {
                begun.countDown();
                await(trained);
            }
            ran.add(words);
        });
        commands.runBeside(
                () -> {
                    await(begun);
                    commands.run("trains", List.of("train"));
                    trained.countDown();
                },
                List.of(new VerbCall("asks", List.of("slow")), new VerbCall("asks", List.of("then"))));
        assertThat(ran)
                .containsExactly(
                        List.of("train", "--threads", "1"),
                        List.of("slow", "--threads", "1", "--quiet"),
                        List.of("then", "--threads", "1", "--quiet"));
        assertThat(commands.done())
                .extracting(Command::words)
                .containsExactly(List.of("slow"), List.of("then"), List.of("train"));
    }

    @Test
    void whatFailsBesideEndsTheQuickstart() {
        Commands commands = commands(words -> {
            if (words.contains("bad")) {
                throw new InvalidInput("model", "is none");
            }
            ran.add(words);
        });
        assertThatThrownBy(() -> commands.runBeside(
                        () -> commands.run("trains", List.of("train")),
                        List.of(new VerbCall("asks", List.of("bad")), new VerbCall("asks", List.of("then")))))
                .isInstanceOf(InvalidInput.class);
        assertThat(ran).containsExactly(List.of("train", "--threads", "1"));
    }

    private static Commands commands(Verbs verbs) {
        return new Commands(verbs, 1, false, line -> {});
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException early) {
            throw new IllegalStateException(early);
        }
    }
}
