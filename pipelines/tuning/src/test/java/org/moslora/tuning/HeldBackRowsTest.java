package org.moslora.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.layers.Compute;
import org.moslora.testing.Trees;
import org.moslora.training.RunFolder;

/** What a run looks at while it learns: rows that are held back, and questions that are asked. */
class HeldBackRowsTest {
    private static final String VALIDATED = "validation={fraction: 0.3, every: 1, samples: 0";

    @TempDir
    static Path folder;

    private static TuningBench bench;

    @BeforeAll
    static void write() {
        bench = TuningBench.text(folder);
    }

    /** The losses that a listener hears. */
    private static final class Validated extends HeardTuning {
        final List<Double> losses = new ArrayList<>();

        @Override
        public void validated(int step, double loss) {
            super.validated(step, loss);
            losses.add(loss);
        }

        int best() {
            return 1
                    + IntStream.range(0, losses.size())
                            .reduce((one, other) -> losses.get(other) < losses.get(one) ? other : one)
                            .orElseThrow();
        }
    }

    @Test
    void theResultIsTheBestOfAllAndTheLastLiesBesideIt() {
        Validated heard = new Validated();
        RunFolder run = bench.train(
                "best",
                heard,
                VALIDATED + "}",
                "training={learning_rate: 0.3, schedule: constant, max_steps: 4, checkpoint_every: 1, keep_checkpoints: 9}");
        assertThat(heard.best()).isLessThan(4);
        String at = "checkpoints/step-00000%d/adapter".formatted(heard.best());
        assertThat(Trees.digests(run.adapter()))
                .isEqualTo(Trees.digests(run.path().resolve(at)));
        assertThat(Trees.digests(run.lastAdapter()))
                .isEqualTo(Trees.digests(run.checkpoints().resolve("step-000004/adapter")));
        assertThat(heard.told)
                .anySatisfy(line ->
                        assertThat(line).startsWith("step 4: validation loss").contains("at step " + heard.best()));
    }

    /** The loss that is told is the one that scoring the adapter gives, and nothing is dropped in it. */
    @Test
    void theLossIsThatOfTheAdapterOnTheRowsThatWereHeldBack() {
        Validated heard = new Validated();
        String dropout = "adapter={kind: lora, rank: 2, alpha: 4, dropout: 0.5}";
        RunFolder run = bench.train("scored", heard, VALIDATED + "}", dropout, "training.max_steps=2");
        List<Losses.Score> scores = new ArrayList<>();
        bench.setUp(
                trainee -> {
                    List<ScaledAdapter> last = List.of(new ScaledAdapter(run.lastAdapter(), 1));
                    try (LoadedModel model = LoadedModel.open(
                            bench.model(), last, Processor.Choice.open(folder), Compute.cpu(), line -> {})) {
                        scores.addAll(
                                Losses.of(model.runner(), model.processor(), trainee.data.heldBack(), done -> {}));
                    }
                },
                VALIDATED + "}",
                dropout);
        double sum = scores.stream().mapToDouble(Losses.Score::sum).sum();
        int tokens = scores.stream().mapToInt(Losses.Score::tokens).sum();
        assertThat(scores).hasSize(3);
        assertThat(heard.losses.get(1)).isCloseTo(sum / tokens, within(1e-4));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "4, 2", "0, 1"})
    void aRunThatNoLongerImprovesEndsAfterSoManyValidations(int patience, int every) {
        Validated heard = new Validated();
        bench.train(
                "patient" + patience,
                heard,
                "validation={fraction: 0.3, every: " + every + ", samples: 0, patience: " + patience + "}",
                "training={learning_rate: 0, max_steps: 9, checkpoint_every: 100}");
        int steps = patience == 0 ? 9 : (patience + 1) * every;
        assertThat(heard.reports).hasSize(Math.min(9, steps));
        assertThat(heard.calls).endsWith("ended");
    }

    @Test
    void heldBackRowsAreAskedUntilThereAreEnough() throws IOException {
        RunFolder run =
                bench.train("asked", "validation={fraction: 0.3, every: 2, samples: 2}", "training.max_steps=3");
        assertThat(run.samples()).isDirectoryContaining("glob:**step-000002.jsonl");
        List<String> lines = Files.readAllLines(run.samples().resolve("step-000003.jsonl"));
        List<String> held = new ArrayList<>();
        bench.setUp(trainee -> trainee.data.heldBack().forEach(row -> held.add(row.id())), "validation.fraction=0.3");
        assertThat(lines).extracting(line -> json(line).get("id").getAsString()).isEqualTo(held.subList(0, 2));
        assertThat(lines)
                .allSatisfy(line ->
                        assertThat(json(line).get("expected").getAsString()).startsWith("the correct answer is "));
    }

    private static JsonObject json(String line) {
        return JsonParser.parseString(line).getAsJsonObject();
    }

    @Test
    void whoAsksOwnQuestionsNeedsNoHeldBackRows() throws IOException {
        HeardTuning heard = new HeardTuning();
        RunFolder run = bench.train(
                "own",
                heard,
                "validation={every: 3, samples: 5, prompts: [\"Is <b> round?\", \"Red?\"]}",
                "training.max_steps=3");
        List<String> lines = Files.readAllLines(run.samples().resolve("step-000003.jsonl"));
        assertThat(lines)
                .extracting(line -> json(line).get("question").getAsString())
                .containsExactly("Is <b> round?", "Red?");
        assertThat(lines.get(0)).contains("<b>");
        assertThat(json(lines.get(0)).get("expected").getAsString()).isEmpty();
        assertThat(heard.calls).contains("sampled 3").doesNotContain("validated 3");
        assertThat(run.lastAdapter()).doesNotExist();
    }

    @Test
    void nothingIsAskedWhereNoSamplesAreWanted() {
        RunFolder run = bench.train("silent", VALIDATED + ", prompts: [\"Red?\"]}", "training.max_steps=1");
        assertThat(run.samples()).doesNotExist();
    }

    @Test
    void lookingAtRowsChangesNothingOfWhatIsLearnt() {
        String rows = "validation={fraction: 0.3, every: 100, samples: 0}";
        RunFolder rarely = bench.train("rarely", rows);
        RunFolder often = bench.train("often", "validation={fraction: 0.3, every: 1, samples: 2}");
        assertThat(TuningBench.column(often, "loss")).isEqualTo(TuningBench.column(rarely, "loss"));
        assertThat(Trees.digests(often.lastAdapter())).isEqualTo(Trees.digests(rarely.lastAdapter()));
    }
}
