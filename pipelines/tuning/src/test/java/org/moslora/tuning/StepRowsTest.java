package org.moslora.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.examples.Batch;
import org.moslora.examples.ExampleLoader;
import org.moslora.layers.Arena;
import org.moslora.training.team.Team;

/** Which rows a step takes: each once an epoch, in any team, wherever a run begins. */
class StepRowsTest {
    private static final int STEPS = 6;

    @TempDir
    static Path folder;

    private static TuningBench bench;

    @BeforeAll
    static void write() {
        bench = TuningBench.text(folder);
    }

    /** One of several that hear nothing of each other. */
    private record Member(int rank, int size) implements Team {
        @Override
        public boolean isLed() {
            return true;
        }

        @Override
        public int seat() {
            return rank;
        }

        @Override
        public void sum(Arena arena, NDArray values) {
            throw new UnsupportedOperationException();
        }

        @Override
        public double sum(double value) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long sum(long value) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void mustAgree(Arena arena, NDArray values, String when) {
            throw new UnsupportedOperationException();
        }
    }

    private static List<String> flat(Collection<List<String>> batches) {
        return batches.stream().flatMap(List::stream).toList();
    }

    private static List<List<String>> taken(TrainingSetup trainee, Team team, int done, int steps) {
        List<List<String>> taken = new ArrayList<>();
        try (ExampleLoader loader = trainee.loader(team, done, steps, picture -> false)) {
            for (int step = done; step < steps; step++) {
                loader.take().forEach(batch -> taken.add(batch.conversations()));
            }
        }
        return taken;
    }

    @ParameterizedTest
    @ValueSource(strings = {"shuffled", "sequential", "modality-length"})
    void anEpochTakesEveryRowOnce(String order) {
        bench.setUp(
                trainee -> {
                    for (int epoch = 0; epoch < 2; epoch++) {
                        List<String> ids = new ArrayList<>();
                        for (int step = 1; step <= 3; step++) {
                            ids.addAll(flat(trainee.conversations(3 * epoch + step)));
                        }
                        Set<String> unlike = new HashSet<>(ids);
                        assertThat(unlike).hasSize(10);
                        assertThat(ids).hasSize(10);
                    }
                    assertThat(flat(trainee.conversations(3))).hasSize(2);
                },
                "data.order=" + order);
    }

    @Test
    void inSequenceTheyComeAsTheFileHasThemAndElseInAnotherOrderEachEpoch() {
        List<List<String>> firsts = new ArrayList<>();
        bench.setUp(
                trainee -> {
                    List<String> ids = flat(trainee.conversations(1));
                    assertThat(ids)
                            .containsExactly(
                                    trainee.data.id(0), trainee.data.id(1), trainee.data.id(2), trainee.data.id(3));
                    assertThat(trainee.conversations(4)).isEqualTo(trainee.conversations(1));
                },
                "data.order=sequential");
        bench.setUp(trainee -> {
            assertThat(trainee.conversations(4)).isNotEqualTo(trainee.conversations(1));
            firsts.add(flat(trainee.conversations(1)));
        });
        bench.setUp(trainee -> firsts.add(flat(trainee.conversations(1))), "training.seed=4");
        assertThat(firsts.get(0)).isNotEqualTo(firsts.get(1));
    }

    @Test
    void whatIsLearntFromIsWhatAMessageWouldName() {
        bench.setUp(trainee -> {
            List<List<String>> named = new ArrayList<>();
            for (int step = 1; step <= STEPS; step++) {
                named.addAll(trainee.conversations(step));
            }
            assertThat(taken(trainee, Team.ALONE, 0, STEPS)).isEqualTo(named);
            assertThat(taken(trainee, Team.ALONE, 4, STEPS)).isEqualTo(named.subList(named.size() - 3, named.size()));
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void membersOfATeamShareTheMicroBatchesOfAStepAmongThem(int size) {
        bench.setUp(
                trainee -> {
                    List<List<String>> whole = trainee.conversations(1);
                    for (int rank = 0; rank < size; rank++) {
                        Team team = new Member(rank, size);
                        List<List<String>> own = taken(trainee, team, 0, 1);
                        for (int i = 0; i < own.size(); i++) {
                            assertThat(own.get(i)).isEqualTo(whole.get(team.micro(i)));
                            assertThat(team.takes(team.micro(i))).isTrue();
                        }
                        assertThat(own).hasSize((whole.size() - rank + size - 1) / size);
                    }
                },
                "training.batch_size=1",
                "training.gradient_accumulation=5");
    }

    @Test
    void aRowIsMadeFreshEachTimeAndAlwaysTheSame() {
        bench.setUp(
                trainee -> {
                    try (ExampleLoader loader = trainee.loader(Team.ALONE, 0, STEPS, picture -> false)) {
                        List<Batch> first = loader.take();
                        loader.take();
                        loader.take();
                        List<Batch> again = loader.take();
                        assertThat(again.get(1).ids()).isEqualTo(first.get(1).ids());
                        assertThat(again.get(1).targets())
                                .isEqualTo(first.get(1).targets());
                    }
                },
                "data.order=sequential");
    }
}
