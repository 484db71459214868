package org.moslora.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.problems.InvalidInput;

/** What a run says of pairs of answers while it learns which is the better. */
class PreferenceRewardsTest {
    private static final String[] PAIRS = {
        "data={conversations: pairs.json, template: vicuna_v1, order: sequential}",
        "preference={beta: 0.5}",
        "training.schedule=constant",
        "training.warmup_steps=0",
        "training.max_steps=3"
    };

    @TempDir
    static Path folder;

    private static TuningBench bench;

    @BeforeAll
    static void write() {
        bench = TuningBench.text(folder);
        List<String> rows = IntStream.range(0, 8)
                .mapToObj(row -> """
                        {"id": "p%d", "conversations": [{"from": "human", "value": "Is %d round?"}],
                         "chosen": {"from": "gpt", "value": "true"}, "rejected": {"from": "gpt", "value": "no%s"}}""".formatted(row, row, " no".repeat(row % 3)))
                .toList();
        bench.write("pairs.json", rows.toString());
    }

    private static HeardTuning train(String name, String... more) {
        HeardTuning heard = new HeardTuning();
        List<String> all = new ArrayList<>(List.of(PAIRS));
        all.addAll(List.of(more));
        bench.train(name, heard, all.toArray(String[]::new));
        return heard;
    }

    @Test
    void eachStepSaysItsRewardsAndForgetsThoseBefore() {
        HeardTuning heard = train("learnt");
        Map<String, Double> first = heard.reports.get(0).figures();
        assertThat(first.keySet())
                .containsExactly("reward_chosen", "reward_rejected", "reward_accuracy", "reward_margin");
        assertThat(first.values()).allSatisfy(value -> assertThat(value).isCloseTo(0, within(1e-4)));
        assertThat(heard.reports.get(0).loss()).isCloseTo(Math.log(2), within(1e-4));
        Map<String, Double> last = heard.reports.get(2).figures();
        assertThat(last.get("reward_margin"))
                .isPositive()
                .isCloseTo(last.get("reward_chosen") - last.get("reward_rejected"), within(1e-9));
        assertThat(last.get("reward_accuracy")).isBetween(0.0, 1.0);
    }

    /** A step is a mean over its pairs, however they are spread over micro-batches. */
    @Test
    void howAStepIsCutChangesNoneOfItsFigures() {
        HeardTuning cut = train("cut");
        HeardTuning whole = train("whole", "training.batch_size=4", "training.gradient_accumulation=1");
        for (int step = 0; step < 3; step++) {
            Map<String, Double> expected = cut.reports.get(step).figures();
            whole.reports
                    .get(step)
                    .figures()
                    .forEach((name, value) -> assertThat(value).as(name).isCloseTo(expected.get(name), within(1e-3)));
            assertThat(whole.reports.get(step).loss())
                    .isCloseTo(cut.reports.get(step).loss(), within(1e-4));
        }
    }

    @Test
    void aRunThatGoesOnSaysTheSame() {
        HeardTuning whole = train("straight", "training.checkpoint_every=1");
        HeardTuning failing = new HeardTuning() {
            @Override
            void hear(String call) {
                if (call.equals("stepped 2")) {
                    throw new IllegalStateException("no more");
                }
            }
        };
        List<String> all = new ArrayList<>(List.of(PAIRS));
        all.add("training.checkpoint_every=1");
        assertThatThrownBy(() -> bench.train("broken", failing, all.toArray(String[]::new)))
                .hasMessage("no more");
        HeardTuning resumed = new HeardTuning();
        bench.resume("broken", resumed);
        assertThat(resumed.reports)
                .extracting(report -> report.figures())
                .isEqualTo(whole.reports.subList(1, 3).stream()
                        .map(report -> report.figures())
                        .toList());
    }

    /** Of a model that learns nothing every pair is undecided, and no reward is won. */
    @Test
    void rowsThatAreHeldBackAreJudgedByTheSameLoss() {
        List<Double> losses = new ArrayList<>();
        HeardTuning heard = new HeardTuning() {
            @Override
            public void validated(int step, double loss) {
                losses.add(loss);
            }
        };
        List<String> all = new ArrayList<>(List.of(PAIRS));
        all.add("validation={fraction: 0.25, every: 1, samples: 0}");
        all.add("training.learning_rate=0");
        bench.train("still", heard, all.toArray(String[]::new));
        assertThat(losses).hasSize(3).allSatisfy(loss -> assertThat(loss).isCloseTo(Math.log(2), within(1e-4)));
        assertThat(heard.reports)
                .allSatisfy(report ->
                        assertThat(report.figures().get("reward_accuracy")).isZero());
    }

    /** By PyTorch 2.7.1: {@code -logsigmoid(m)·(1 − s) − logsigmoid(−m)·s} in float64, m = beta·(chosen − rejected). */
    @ParameterizedTest
    @CsvSource({
        "0.1, 0.0, -12.5, -30.25, 0.15656215516724373",
        "0.5, 0.3, 2.0, 5.0, 1.2514132779827523",
        "0.01, 0.1, 150.0, -80.0, 0.32554546459796296",
        "5, 0.0, 3.0, 1.0, 4.539889921686465e-05",
        "5, 0.2, 1.0, 3.0, 8.000045398899218"
    })
    void aPairsLossIsPyTorchs(double beta, double smoothing, double chosen, double rejected, double loss) {
        PreferenceBlock block = new PreferenceBlock(beta, smoothing);
        assertThat(block.judge(chosen, rejected).loss()).isCloseTo(loss, within(1e-12 * Math.max(1, loss)));
        assertThat(block.judge(chosen + 7, rejected + 7).loss()).isCloseTo(loss, within(1e-9));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, beta",
        "-1, 0, beta",
        "NaN, 0, beta",
        "Infinity, 0, beta",
        "0.1, 0.5, label_smoothing",
        "0.1, -0.1, label_smoothing",
        "0.1, NaN, label_smoothing"
    })
    void whatMakesNoLossIsRefused(double beta, double smoothing, String key) {
        assertThatThrownBy(() -> new PreferenceBlock(beta, smoothing))
                .isInstanceOf(InvalidInput.class)
                .hasMessageStartingWith(key + ": must be");
    }
}
