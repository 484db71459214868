package org.moslora.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.datasets.tiny.TinyLlama;
import org.moslora.datasets.tiny.TinyOptions;
import org.moslora.testing.Trees;

/** The verbs on a model whose own weights were trained. */
class FullVerbsTest {
    private static final String RECIPE = """
            pipeline: instruction-tuning
            model: model
            output: run
            adapter: {kind: full}
            data: {conversations: train.json, template: vicuna_v1}
            training: {learning_rate: 5.0e-3, max_steps: 12, batch_size: 4, seed: 3}
            """;

    @TempDir
    static Path folder;

    private static TinyLlama tiny;
    private static Path run;

    @BeforeAll
    static void train() {
        tiny = TinyLlama.write(folder, TinyOptions.standard().withSeed(4).withPictures(10, 4));
        TinyCase.write(folder.resolve("recipe.yaml"), RECIPE);
        run = folder.resolve("run");
        Program.run("train", folder.resolve("recipe.yaml"), "--quiet").mustSucceed();
    }

    private static Program.Outcome evaluate(Path model) {
        return Program.run("evaluate", "--model", model, "--data", tiny.test(), "--out", folder.resolve("s.jsonl"))
                .mustSucceed();
    }

    private static double loss(Program.Outcome scored) {
        return JsonParser.parseString(scored.out().strip())
                .getAsJsonObject()
                .get("loss")
                .getAsDouble();
    }

    private static Program.Outcome ask(Path model) {
        return Program.run("chat", "--model", model, "--max-new-tokens", "3", "Is it red?")
                .mustSucceed();
    }

    @Test
    void itsModelIsAskedAsItWasTaught() {
        assertThat(loss(evaluate(run.resolve("model")))).isLessThan(0.8 * loss(evaluate(tiny.model())));
        assertThat(ask(tiny.model()).err()).as("a guess is told").contains("template vicuna_v1");
        Program.Outcome taught = ask(run.resolve("model"));
        assertThat(taught.err()).as("a note is no guess").doesNotContain("template");
        assertThat(taught.out().strip()).isNotEmpty();
    }

    @Test
    void inspectSaysWhatTheRunLeft() {
        assertThat(Program.run("inspect", run).mustSucceed().out())
                .contains("run: 12 steps logged\n", "model: llama, a text model", "lm_head: 28,672 parameters");
    }

    @Test
    void asAnAdapterItIsRefused() {
        Program.Outcome refused = Program.run("chat", "--model", tiny.model(), "--adapter", run, "Is it red?");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.errors()).hasSize(1);
        assertThat(refused.err()).contains("kind full", run.resolve("model").toString());
    }

    @Test
    void itsModelIsABaseForAnAdapterAndKeepsItsNoteWhenMerged() {
        Path next = folder.resolve("next");
        Program.run(
                        "train",
                        folder.resolve("recipe.yaml"),
                        "model=" + run.resolve("model"),
                        "output=" + next,
                        "adapter={kind: lora, rank: 2}",
                        "training.max_steps=2",
                        "--quiet")
                .mustSucceed();
        Path merged = folder.resolve("merged");
        Program.run("merge", "--model", run.resolve("model"), "--adapter", next, "--out", merged, "--quiet")
                .mustSucceed();
        assertThat(merged.resolve("moslora.json"))
                .hasSameBinaryContentAs(run.resolve("model").resolve("moslora.json"));
        assertThat(ask(merged).err()).doesNotContain("template");
    }

    @Test
    void aBrokenNoteIsNamed() {
        Path model = Trees.copy(run.resolve("model"), folder.resolve("odd"));
        TinyCase.write(model.resolve("moslora.json"), "{\"template\": \"vicuna_v2\"}");
        Program.Outcome refused = Program.run("chat", "--model", model, "Is it red?");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("moslora.json", "did you mean vicuna_v1?");
        TinyCase.write(model.resolve("moslora.json"), "[");
        assertThat(Program.run("chat", "--model", model, "Is it red?").code()).isEqualTo(2);
    }
}
