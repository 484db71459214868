package org.moslora.visual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.adapters.AdapterFile;
import org.moslora.adapters.AdapterLayer;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.Digests;
import org.moslora.testing.Trees;
import org.moslora.training.Checkpoints;
import org.moslora.training.Metrics;
import org.moslora.training.RunFolder;

/** Whole trainings of a tiny LLaVA. */
class TrainingTest {
    private static final String[] PLAIN = {};
    private static final String[] DROPOUT = {
        "adapter.dropout=0.3", "vision={adapter: {rank: 2, dropout: 0.2, targets: [q_proj, fc1]}}"
    };
    private static final String[] ADALORA = {
        "adapter={kind: adalora, alpha: 6, targets: [q_proj, v_proj, up_proj], adalora: {initial_rank: 4, target_rank: 2,"
                + " warmup_steps: 1, final_steps: 3, interval: 2}}"
    };
    private static final String[] VALIDATED = {"validation={fraction: 0.3, every: 2, samples: 2}"};

    @TempDir
    static Path folder;

    private static TinyRun tiny;
    private static RunFolder plain;

    @BeforeAll
    static void train() {
        tiny = TinyRun.in(folder);
        plain = tiny.train("plain");
    }

    private static List<Double> curve(RunFolder run) {
        return Metrics.rows(run.metrics()).stream()
                .map(row -> row.get("loss").getAsDouble())
                .toList();
    }

    private static List<Integer> steps(RunFolder run) {
        return Metrics.rows(run.metrics()).stream()
                .map(row -> row.get("step").getAsInt())
                .toList();
    }

    @Test
    void aRunLeavesItsFiles() throws IOException {
        assertThat(plain.recipe()).isNotEmptyFile();
        assertThat(plain.plot()).isNotEmptyFile();
        assertThat(plain.adapter().resolve("adapter_config.json")).isNotEmptyFile();
        assertThat(plain.adapter().resolve("adapter_model.safetensors")).isNotEmptyFile();
        assertThat(plain.adapter().resolve("projector.safetensors")).isNotEmptyFile();
        assertThat(plain.lastAdapter()).doesNotExist();
        assertThat(plain.checkpoints()).isDirectoryContaining(path -> path.endsWith("step-000009"));
        JsonObject provenance =
                JsonParser.parseString(Files.readString(plain.provenance())).getAsJsonObject();
        assertThat(provenance.get("seed").getAsLong()).isEqualTo(3);
        List<String> digests = new ArrayList<>();
        provenance
                .getAsJsonArray("files")
                .forEach(
                        file -> digests.add(file.getAsJsonObject().get("sha256").getAsString()));
        assertThat(digests)
                .contains(
                        Digests.sha256(tiny.llava().train()),
                        Digests.sha256(tiny.llava().model().resolve("model.safetensors")));
    }

    @Test
    void everyStepIsOneLineWithAllItsNumbers() {
        List<JsonObject> rows = Metrics.rows(plain.metrics());
        assertThat(steps(plain)).isEqualTo(IntStream.rangeClosed(1, 9).boxed().toList());
        for (JsonObject row : rows) {
            assertThat(row.keySet())
                    .containsExactly(
                            "step", "loss", "grad_norm", "learning_rate", "seconds", "tokens", "peak_rss_bytes");
            assertThat(row.get("seconds").getAsDouble()).isPositive();
            assertThat(row.get("tokens").getAsInt()).isPositive();
            assertThat(row.get("grad_norm").getAsDouble()).isPositive();
            assertThat(row.get("peak_rss_bytes").getAsLong()).isGreaterThan(1L << 20);
        }
        assertThat(rows.get(0).get("learning_rate").getAsDouble()).isZero();
        assertThat(rows.get(1).get("learning_rate").getAsDouble()).isCloseTo(2.5e-3, within(1e-12));
        assertThat(rows.get(2).get("learning_rate").getAsDouble()).isCloseTo(5e-3, within(1e-12));
        assertThat(rows.get(8).get("learning_rate").getAsDouble()).isPositive().isLessThan(5e-4);
    }

    @Test
    void theLossFalls() {
        RunFolder run = tiny.train("taught", "training.learning_rate=2e-2", "training.max_steps=40");
        List<Double> curve = curve(run);
        assertThat(curve.get(39)).isLessThan(0.5 * curve.get(0));
    }

    @Test
    void theSameRecipeGivesTheSameBytes() {
        RunFolder again = tiny.train("again");
        mustEnd(again, plain);
    }

    @Test
    void theResolvedRecipeTrainsTheSame() {
        Path resolved = plain.recipe();
        new VisualInstructionTuning()
                .train(new org.moslora.training.RunRequest(
                        resolved, List.of("output=" + folder.resolve("resolved")), folder, null, 1, true));
        mustEnd(tiny.run("resolved"), plain);
    }

    @Test
    void anotherSeedTrainsOtherwise() {
        assertThat(curve(tiny.train("seeded", "training.seed=4"))).isNotEqualTo(curve(plain));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 8})
    void aResumedRunEndsInTheSameBytes(int step) {
        resumes("cut" + step, plain, step);
    }

    @Test
    void withDropoutAndATowerThatLearnsToo() {
        resumes("dropout", tiny.train("dropout-whole", DROPOUT), 4);
        assertThat(curve(tiny.run("dropout"))).isNotEqualTo(curve(plain));
    }

    @Test
    void inBfloat16Too() {
        RunFolder whole = tiny.train("bf16-whole", "training.precision=bf16");
        resumes("bf16", whole, 4);
        List<Double> wide = curve(plain);
        List<Double> narrow = curve(whole);
        for (int i = 0; i < wide.size(); i++) {
            assertThat(narrow.get(i)).isCloseTo(wide.get(i), within(0.05 * wide.get(i)));
        }
    }

    @Test
    void withModalityLengthOrderToo() {
        resumes("grouped", tiny.train("grouped-whole", "data.order=modality-length"), 6);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 6, 8})
    void adaLorasImportanceAndRanksGoOnToo(int step) {
        RunFolder whole = tiny.train("adalora-whole" + step, ADALORA);
        resumes("adalora" + step, whole, step);
        try (AdapterFile file = AdapterFile.open(whole.adapter())) {
            List<Integer> ranks =
                    file.layers().values().stream().map(AdapterLayer::rank).toList();
            assertThat(ranks).anyMatch(rank -> rank < 4);
            // Ranks are cut to the budget, ties on its edge included.
            assertThat(ranks.stream().mapToInt(Integer::intValue).sum()).isLessThanOrEqualTo(2 * ranks.size());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lora", "moslora", "butterfly", "flora", "dora"})
    void everyKindLearnsAndGoesOn(String kind) {
        RunFolder whole = tiny.train(kind + "-whole", "adapter.kind=" + kind, "adapter.rank=4");
        resumes(kind, whole, 4);
        List<Double> losses = curve(whole);
        assertThat(losses.get(losses.size() - 1)).isLessThan(losses.get(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nf4", "int8"})
    void aQuantisedBaseLearnsAndGoesOn(String form) throws IOException {
        String quantize = "training.quantize=" + form;
        RunFolder whole = tiny.train(form + "-whole", quantize, "adapter.targets=all-linear");
        resumes(form, whole, 4);
        List<Double> losses = curve(whole);
        double base =
                curve(tiny.train(form + "-plain", "adapter.targets=all-linear")).get(0);
        assertThat(losses.get(0)).isCloseTo(base, within(0.05 * base)).isNotEqualTo(base);
        assertThat(losses.get(losses.size() - 1)).isLessThan(losses.get(0));
        assertThat(whole.adapter().resolve("adapter_config.json")).content().contains("base_model_quantize", form);
        assertThat(curve(tiny.train(form + "-bf16", quantize, "training.precision=bf16"))
                        .get(0))
                .isCloseTo(base, within(0.05 * base));
    }

    @Test
    void aBudgetThatLeavesNoStepIsRefused() {
        assertThatThrownBy(() -> tiny.train(
                        "never-cut",
                        "adapter={kind: adalora, targets: [q_proj], adalora: {warmup_steps: 5, final_steps: 4}}"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll("warmup_steps", "final_steps", "9");
    }

    @Test
    void aPatternThatMatchesNothingIsRefused() {
        assertThatThrownBy(() -> tiny.train("pattern", "adapter.rank_pattern={nowhere_proj: 2}"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll("rank_pattern", "nowhere_proj");
    }

    private static void resumes(String name, RunFolder whole, int step) {
        RunFolder cut = tiny.cutAfter(whole, name, step);
        tiny.resume(name);
        mustEnd(cut, whole);
    }

    private static void mustEnd(RunFolder run, RunFolder expected) {
        assertThat(curve(run)).isEqualTo(curve(expected));
        assertThat(steps(run)).isEqualTo(steps(expected));
        for (String name : List.of("adapter_model.safetensors", "projector.safetensors", "adapter_config.json")) {
            assertThat(run.adapter().resolve(name))
                    .hasSameBinaryContentAs(expected.adapter().resolve(name));
        }
    }

    @Test
    void aRunWithoutACheckpointStartsOver() {
        RunFolder cut = tiny.cutAfter(plain, "fresh", 0);
        tiny.resume("fresh");
        mustEnd(cut, plain);
    }

    @Test
    void aFinishedRunCanGoOnToMoreSteps() {
        String[] constant = {"training.schedule=constant", "training.warmup_steps=0"};
        RunFolder longer = tiny.train("longer", constant[0], constant[1], "training.max_steps=12");
        RunFolder raised = tiny.train("raised", constant);
        tiny.resume("raised", "training.max_steps=12");
        mustEnd(raised, longer);
    }

    @Test
    void aResumedRunMustKeepItsRecipe() {
        tiny.cutAfter(plain, "kept", 4);
        assertThatThrownBy(() -> tiny.resume("kept", "adapter.rank=4", "training.learning_rate=1"))
                .isInstanceOfSatisfying(InvalidInput.class, invalid -> {
                    assertThat(invalid.problems()).hasSizeGreaterThanOrEqualTo(2);
                    assertThat(invalid.getMessage()).contains("adapter.rank", "training.learning_rate");
                });
    }

    @Test
    void aRunFolderInUseIsRefusedUntouched() throws IOException {
        String before = Digests.sha256(plain.metrics());
        assertThatThrownBy(() -> tiny.train("plain"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("go on with resume");
        assertThat(Digests.sha256(plain.metrics())).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0.0005", "1"})
    void checkpointingGivesTheSameCurveHoweverMuchIsKept(String gib) {
        RunFolder run = tiny.train(
                "checkpointing" + gib,
                "training.gradient_checkpointing=true",
                "training.checkpointing_keep_gib=" + gib);
        mustEnd(run, plain);
    }

    /** The weights are fp32 in their file, so in bf16 none is read where it is mapped. */
    @ParameterizedTest
    @ValueSource(strings = {"0", "0.00005"})
    void offloadedWeightsGiveTheSameBytes(String gib) {
        List<String> all = List.of("training.precision=bf16", "training.gradient_checkpointing=true");
        RunFolder whole = tiny.train("stay" + gib, all.toArray(String[]::new));
        RunFolder run = tiny.train("offload" + gib, all.get(0), all.get(1), "training.weights_keep_gib=" + gib);
        mustEnd(run, whole);
    }

    @Test
    void accumulationIsAMeanOverTheTokensOfTheStep() {
        RunFolder one = tiny.train("wide", "training.batch_size=4", "training.gradient_accumulation=1");
        List<Double> split = curve(plain);
        List<Double> whole = curve(one);
        for (int i = 0; i < split.size(); i++) {
            assertThat(whole.get(i)).isCloseTo(split.get(i), within(1e-4 * split.get(i)));
        }
    }

    @Test
    void validationKeepsTheBestAdapterAndTheLast() {
        RunFolder whole = tiny.train("validated-whole", VALIDATED);
        assertThat(whole.adapter()).isDirectory();
        assertThat(whole.lastAdapter()).isDirectory();
        assertThat(whole.samples().resolve("step-000002.jsonl")).isNotEmptyFile();
        assertThat(whole.samples().resolve("step-000009.jsonl")).isNotEmptyFile();
        resumes("validated", whole, 4);
        assertThat(tiny.run("validated").lastAdapter().resolve("adapter_model.safetensors"))
                .hasSameBinaryContentAs(whole.lastAdapter().resolve("adapter_model.safetensors"));
        assertThat(tiny.run("validated").samples().resolve("step-000008.jsonl"))
                .hasSameTextualContentAs(whole.samples().resolve("step-000008.jsonl"));
        whatIsMissingIsMadeAgain(whole);
    }

    /** Of a run at its last step that has lost its best adapter and its answers. */
    private void whatIsMissingIsMadeAgain(RunFolder whole) {
        RunFolder cut = tiny.cutAfter(whole, "validated-lost", 9);
        Trees.delete(cut.samples());
        tiny.resume("validated-lost");
        mustEnd(cut, whole);
        for (String name : List.of("step-000002.jsonl", "step-000009.jsonl")) {
            assertThat(cut.samples().resolve(name))
                    .hasSameTextualContentAs(whole.samples().resolve(name));
        }
        Trees.delete(cut.adapter());
        Trees.delete(cut.checkpoints().resolve("step-000002"));
        Trees.delete(cut.checkpoints().resolve("step-000004"));
        Trees.delete(cut.checkpoints().resolve("step-000006"));
        Trees.delete(cut.checkpoints().resolve("step-000008"));
        tiny.resume("validated-lost");
        assertThat(cut.adapter()).isDirectory();
    }

    @Test
    void nothingIsDroppedWhereNothingIsLearnt() {
        String[] still = {
            "validation={fraction: 0.3, every: 1, samples: 0}",
            "adapter.init_from=" + plain.path(),
            "training.max_steps=1",
            "training.learning_rate=0",
            "projector.learning_rate=0"
        };
        RunFolder whole = tiny.train("seeing", still);
        RunFolder dropping = tiny.train(
                "dropping",
                Stream.concat(Stream.of(still), Stream.of("adapter.dropout=0.5"))
                        .toArray(String[]::new));
        assertThat(curve(dropping)).isNotEqualTo(curve(whole));
        assertThat(validated(dropping)).isEqualTo(validated(whole));
    }

    private static double validated(RunFolder run) {
        return Objects.requireNonNull(
                        new Checkpoints(run.checkpoints(), 1).progress(1).best())
                .loss();
    }

    @ParameterizedTest
    @CsvSource({"moslora,lora", "dora,lora", "loha,lora"})
    void theTowerMayHaveAnotherKind(String kind, String vision) {
        RunFolder run = tiny.train(
                "tower-" + kind, "adapter.kind=" + kind, "vision={adapter: {kind: " + vision + ", rank: 2}}");
        try (AdapterFile file = AdapterFile.open(run.path())) {
            assertThat(file.kinds()).containsExactlyInAnyOrder(kind, vision);
        }
        tiny.train(
                "tower-again-" + kind,
                "adapter.kind=" + kind,
                "adapter.init_from=" + run.path(),
                "vision={adapter: {kind: " + vision + ", rank: 2, init_from: " + run.path() + "}}",
                "training.max_steps=1");
    }

    @Test
    void samplesSayWhatWasAskedExpectedAndAnswered() throws IOException {
        RunFolder run = tiny.train(
                "asked", "validation={every: 9, samples: 1, prompts: [\"Which colour is grass?\", \"And snow?\"]}");
        List<String> lines = Files.readAllLines(run.samples().resolve("step-000009.jsonl"));
        assertThat(lines).hasSize(1);
        JsonObject line = JsonParser.parseString(lines.get(0)).getAsJsonObject();
        assertThat(line.keySet()).containsExactly("id", "question", "expected", "answer");
        assertThat(line.get("question").getAsString()).isEqualTo("Which colour is grass?");
    }

    @Test
    void trainingStopsWhenNothingImproves() {
        RunFolder run = tiny.train(
                "stopped",
                "training.learning_rate=0",
                "projector.learning_rate=0",
                "validation={fraction: 0.3, every: 1, patience: 3, samples: 0}");
        // The first validation is the best there is; three without a better one follow.
        assertThat(steps(run)).containsExactly(1, 2, 3, 4);
        assertThat(run.adapter()).isDirectory();
    }

    @Test
    void frozenProjectorsAreNotWritten() {
        RunFolder run = tiny.train("frozen", "projector.train=false", "adapter.kind=lora");
        assertThat(run.adapter().resolve("projector.safetensors")).doesNotExist();
        try (AdapterFile file = AdapterFile.open(run.path())) {
            assertThat(file.kind().recipeName()).isEqualTo("lora");
            assertThat(file.layers()).hasSize(6);
        }
    }

    @Test
    void aStepThatIsNotFiniteEndsTheRunBeforeAnUpdate() {
        assertThatThrownBy(() -> tiny.train(
                        "explodes",
                        "training.learning_rate=3e38",
                        "training.warmup_steps=0",
                        "training.max_grad_norm=0"))
                .isInstanceOf(RuntimeException.class)
                .isNotInstanceOf(InvalidInput.class)
                .hasMessageContaining("nothing was updated")
                .hasMessageContaining("train-");
    }

    @Test
    void onlySomeCheckpointsStay() throws IOException {
        RunFolder run = tiny.train("few", "training.keep_checkpoints=2");
        assertThat(Files.list(run.checkpoints()).map(path -> path.getFileName().toString()))
                .containsExactlyInAnyOrder("step-000008", "step-000009");
        mustEnd(run, plain);
    }

    @Test
    void aCheckpointsAdapterCanBeUsed() {
        try (AdapterFile file = AdapterFile.open(plain.checkpoints().resolve("step-000009"))) {
            assertThat(file.layers()).hasSize(6);
        }
        assertThat(plain.checkpoints().resolve("step-000009/adapter/adapter_model.safetensors"))
                .hasSameBinaryContentAs(plain.adapter().resolve("adapter_model.safetensors"));
    }

    @Test
    void epochsMayStandInPlaceOfSteps() {
        // 10 rows by 4: three steps an epoch, the last one of two rows.
        RunFolder run = tiny.train("epochs", "training={epochs: 2, batch_size: 2, gradient_accumulation: 2}");
        assertThat(steps(run)).hasSize(6);
    }
}
