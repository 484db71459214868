package org.moslora.console.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipesTest {
    @TempDir
    Path folder;

    Kitchen kitchen;

    @BeforeEach
    void open() {
        kitchen = Kitchen.in(folder);
    }

    @Test
    void theKeysOfVisualInstructionTuningBind() {
        Tuning recipe = kitchen.read(Kitchen.VALID).recipe();
        assertThat(recipe.pipeline()).isEqualTo("visual-instruction-tuning");
        assertThat(recipe.model()).isEqualTo(folder.resolve("tiny-llava"));
        assertThat(recipe.adapter().kind()).isEqualTo(Tuning.Kind.MOSLORA);
        assertThat(recipe.adapter().alpha()).isEqualTo(32.0);
        assertThat(recipe.adapter().targets()).containsExactly("q_proj", "k_proj", "v_proj");
        assertThat(recipe.adapter().layers()).isEqualTo(new Tuning.Blocks(0, 15));
        assertThat(recipe.adapter().rankPattern()).isEqualTo(Map.of("layers.0.self_attn.q_proj", 8, "v_proj", 4));
        assertThat(recipe.vision()).isNotNull();
        assertThat(recipe.vision().adapter().rank()).isEqualTo(4);
        assertThat(recipe.vision().learningRate()).isEqualTo(2e-4);
        assertThat(recipe.training().maxSteps()).isEqualTo(500L);
        assertThat(recipe.training().betas()).containsExactly(0.9, 0.999);
        assertThat(recipe.training().gradientCheckpointing()).isFalse();
        assertThat(recipe.data().conversations()).containsExactly(folder.resolve("talk.json"));
        assertThat(recipe.data().template()).isEqualTo(Tuning.Template.VICUNA_V1);
        assertThat(recipe.data().maxLength()).isEqualTo(2048);
        assertThat(recipe.validation().fraction()).isEqualTo(0.005);
        assertThat(recipe.validation().prompts()).containsExactly("what is this?", "no");
    }

    @Test
    void whatIsAbsentOrNullTakesItsDefault() {
        Tuning recipe = kitchen.read("""
                        pipeline: x
                        model: tiny-llava
                        output: out
                        adapter: {rank: ~, targets: }
                        vision: null
                        data: {conversations: talk.json}
                        """).recipe();
        assertThat(recipe.device()).isEqualTo("cpu");
        assertThat(recipe.adapter().rank()).isEqualTo(16);
        assertThat(recipe.adapter().targets()).isEmpty();
        assertThat(recipe.vision()).isNull();
        assertThat(recipe.projector()).isEqualTo(new Tuning.Projector(true, 2.0e-5, null));
        assertThat(recipe.training().learningRate()).isEqualTo(2.0e-4);
        assertThat(recipe.training().maxSteps()).isNull();
    }

    record Texts(
            @Default("a") String a,
            @Default("[]") List<String> b,
            @Key("class") @Nullable String kind) {}

    @Test
    void textStaysAsWritten() {
        Texts texts = kitchen.read(Texts.class, "a: no\nb: [1e-4, 0015, 2026-01-01, '~', \"\", on]\nclass: 12\n")
                .recipe();
        assertThat(texts).isEqualTo(new Texts("no", List.of("1e-4", "0015", "2026-01-01", "~", "", "on"), "12"));
    }

    record Numbers(
            @Default("0") double d,
            @Default("0") long l,
            @Default("0") int i,
            @Default("no") boolean b) {}

    @Test
    void numbersInEverySpelling() {
        assertThat(doubles("2e-4", "1.0e-5", "5.0E-3", "1_000.5", ".5", "-3", "+1.e2", "1E3"))
                .containsExactly(2e-4, 1e-5, 5e-3, 1000.5, .5, -3.0, 100.0, 1000.0);
        assertThat(kitchen.read(Numbers.class, "l: 9_007_199_254_740_993\ni: -7\nb: On")
                        .recipe())
                .isEqualTo(new Numbers(0, 9_007_199_254_740_993L, -7, true));
    }

    private List<Double> doubles(String... texts) {
        return List.of(texts).stream()
                .map(text -> kitchen.read(Numbers.class, "d: " + text).recipe().d())
                .toList();
    }

    record Subject(
            @Default("a photo of sks cat") String prompt,
            @Default("1") int repeats) {}

    record Personal(List<Subject> instance) {}

    @Test
    void oneBlockStandsForAListOfIt() {
        Bound<Personal> one = kitchen.read(Personal.class, "instance: {repeats: 3}");
        assertThat(one.recipe().instance()).containsExactly(new Subject("a photo of sks cat", 3));
        assertThat(one.origin("instance[0].repeats").where()).endsWith("recipe.yaml:1");
        assertThat(kitchen.read(Personal.class, "instance:\n- {repeats: 3}\n- {prompt: b}", "instance.1.repeats=5")
                        .recipe()
                        .instance())
                .containsExactly(new Subject("a photo of sks cat", 3), new Subject("b", 5));
        assertThat(kitchen.read(Personal.class, one.yaml()).recipe()).isEqualTo(one.recipe());
    }

    @Test
    void aliasesAndMergedBlocks() {
        Tuning recipe = kitchen.read("""
                        pipeline: x
                        model: tiny-llava
                        output: out
                        adapter: &a {rank: 8, targets: [q_proj]}
                        vision: {adapter: {<<: *a, rank: 2}}
                        projector: {adapter: *a}
                        data: {conversations: [talk.json]}
                        """).recipe();
        assertThat(recipe.projector().adapter()).isEqualTo(recipe.adapter());
        assertThat(recipe.vision().adapter().rank()).isEqualTo(2);
        assertThat(recipe.vision().adapter().targets()).containsExactly("q_proj");
    }

    @Test
    void thePipelineIsKnownBeforeTheRecordIs() {
        Path file = kitchen.write("pipeline: dreambooth\nmodel:\n  - x\n");
        assertThat(Recipes.peek(file, "pipeline", List.of())).contains("dreambooth");
        assertThat(Recipes.peek(file, "pipeline", List.of("a.b=1", "pipeline=other")))
                .contains("other");
        assertThat(Recipes.peek(file, "device", List.of())).isEmpty();
    }

    @Test
    void theKeysCanBeListed() {
        assertThat(Recipes.keys(Tuning.class, Kitchen.SPELLINGS).stream().map(KeyNote::toString))
                .contains(
                        "model: path (required), a Hugging Face folder",
                        "adapter: block (required)",
                        "adapter.kind: one of lora, moslora, butterfly, moe-lora (moslora)",
                        "adapter.layers: text (optional)",
                        "adapter.rank_pattern: mapping to whole number ({})",
                        "training.betas: list of number ([0.9, 0.999])",
                        "training.gradient_checkpointing: true or false (false)",
                        "training.max_steps: whole number (optional)",
                        "data.conversations: list of path (required), the conversations");
    }

    record Block(
            @Default("[]") List<Path> files, @Default("1") int number) {}

    private static final String TWO_READERS = """
            pipeline: x
            data: {files: [talk.json, sub/more.json]}
            block: {files: one.json, number: 2}
            """;

    @Test
    void aBlockIsReadAloneAndPassedOverByOthers() throws IOException {
        Path file = Files.writeString(folder.resolve("two.yaml"), TWO_READERS);
        Block block = Recipes.block(Block.class, "block", file, List.of("block.number=3"), folder, Spellings.none())
                .recipe();
        assertThat(block).isEqualTo(new Block(List.of(folder.resolve("one.json")), 3));
        assertThat(Recipes.block(Block.class, "none", file, List.of(), folder, Spellings.none())
                        .recipe())
                .isEqualTo(new Block(List.of(), 1));
        assertThat(Recipes.read(Piped.class, file, List.of(), folder, Spellings.none(), Set.of("block", "data"))
                        .recipe())
                .isEqualTo(new Piped("x"));
        assertThatThrownBy(() -> Recipes.read(Piped.class, file, List.of(), folder, Spellings.none(), Set.of("data")))
                .hasMessageContaining("block is not a setting");
        assertThatThrownBy(() ->
                        Recipes.block(Block.class, "block", file, List.of("block.numbr=3"), folder, Spellings.none()))
                .hasMessageContaining("block.numbr is not a setting");
    }

    record Piped(String pipeline) {}

    @Test
    void pathsAreFoundBeforeTheirRecordIsKnown() throws IOException {
        Path file = Files.writeString(folder.resolve("two.yaml"), TWO_READERS);
        Path elsewhere = folder.resolve("elsewhere");
        assertThat(Recipes.peekPaths(file, "data.files", List.of(), elsewhere))
                .containsExactly(folder.resolve("talk.json"), folder.resolve("sub/more.json"));
        assertThat(Recipes.peekPaths(file, "data.files", List.of("data.files=a.json"), elsewhere))
                .containsExactly(elsewhere.resolve("a.json"));
        assertThat(Recipes.peekPaths(file, "pipeline.files", List.of(), elsewhere))
                .isEmpty();
    }
}
