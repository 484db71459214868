package org.moslora.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.moslora.problems.InvalidInput;

/** Units of work on a local master: each is done once, its result comes back under its number, and what fails says so. */
class SharedJobTest {
    private static final Set<Integer> TRIED = ConcurrentHashMap.newKeySet();
    private static Cluster cluster;

    @BeforeAll
    static void start() {
        SparkConf conf = new SparkConf(false)
                .set("spark.master", "local[2]")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1");
        cluster = new Cluster(conf, 0);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static List<Integer> upTo(int count) {
        return new ArrayList<>(IntStream.range(0, count).boxed().toList());
    }

    private static final class Squares implements ElementTask<Integer, Integer> {
        private static final long serialVersionUID = 1;

        @Override
        public Integer of(Integer element) {
            return element * element;
        }
    }

    /** Fails at one element; the one after it takes its time to be cancelled. */
    private static final class Fails implements ElementTask<Integer, Integer> {
        private static final long serialVersionUID = 1;

        private final boolean explained;

        Fails(boolean explained) {
            this.explained = explained;
        }

        @Override
        public Integer of(Integer element) {
            TRIED.add(element);
            if (element == 1) {
                throw explained
                        ? new InvalidInput("--data", "row 7 has no answer")
                        : new IllegalStateException("a fault of its own");
            }
            return element;
        }
    }

    @Test
    void everyResultComesUnderTheNumberOfItsUnit() {
        Map<Integer, Integer> results = new HashMap<>();
        new SharedJob(cluster).<Integer, Integer>run(List.of(5, 3, 9, 4, 7), new Squares(), results::put);
        assertThat(results).isEqualTo(Map.of(0, 25, 1, 9, 2, 81, 3, 16, 4, 49));
    }

    @Test
    void noWorkIsDoneAtOnce() {
        List<Integer> results = new ArrayList<>();
        new SharedJob(cluster).<Integer, Integer>run(List.of(), new Squares(), (index, result) -> results.add(result));
        assertThat(results).isEmpty();
    }

    @Test
    void resultsAreTakenOneAtATime() {
        int[] inside = {0};
        List<Integer> numbers = new ArrayList<>();
        new SharedJob(cluster).<Integer, Integer>run(upTo(40), new Squares(), (index, result) -> {
            assertThat(++inside[0]).isEqualTo(1);
            numbers.add(index);
            Thread.yield();
            inside[0]--;
        });
        assertThat(numbers).containsExactlyInAnyOrderElementsOf(upTo(40));
    }

    /** It is no fault of Spark's, which therefore does not try again. */
    @Test
    void whatIsWrongWithTheInputComesBackAsItself() {
        TRIED.clear();
        assertThatThrownBy(() ->
                        new SharedJob(cluster).<Integer, Integer>run(upTo(3), new Fails(true), (index, result) -> {}))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("--data")
                .hasMessageContaining("row 7 has no answer");
        assertThat(TRIED).contains(1);
    }

    @Test
    void aFaultSaysWhatItWas() {
        assertThatThrownBy(() ->
                        new SharedJob(cluster).<Integer, Integer>run(upTo(2), new Fails(false), (index, result) -> {}))
                .hasStackTraceContaining("a fault of its own");
    }

    /** A disk that is full in the driver, say: what was thrown there is what is heard, and only the first of it. */
    @Test
    void whoeverCannotTakeAResultEndsTheJob() {
        List<Integer> taken = new ArrayList<>();
        assertThatThrownBy(() -> new SharedJob(cluster)
                        .<Integer, Integer>run(upTo(20), new Squares(), (index, result) -> {
                            taken.add(index);
                            throw new IllegalArgumentException("no room for " + taken.size());
                        }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no room for 1");
        assertThat(taken).hasSize(1);
        everyResultComesUnderTheNumberOfItsUnit();
    }

    @Test
    void aLocalMasterHasAsManyExecutorsAsOneWantsAndAtLeastOne() {
        assertThat(cluster.await(0)).isEqualTo(1);
        assertThat(cluster.await(3)).isEqualTo(3);
        assertThat(cluster.context()).isSameAs(cluster.context());
    }
}
