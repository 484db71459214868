package org.moslora.training.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.adapters.kind.AdapterSpec;
import org.moslora.adapters.kind.FactorInit;
import org.moslora.adapters.kind.MixerInit;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Recipes;
import org.moslora.layers.Precision;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.training.Schedule;

/** The parts of recipes that pipelines share, read from text as users write it. */
class BlocksTest {
    /** A recipe of nothing but these blocks. */
    public record Blocks(
            @Default("{}") AdapterBlock adapter,
            @Default("{}") TrainingBlock training,
            @Default("{}") ValidationBlock validation) {}

    @TempDir
    Path folder;

    private Blocks read(String... overrides) {
        Path recipe = folder.resolve("recipe.yaml");
        try {
            Files.writeString(recipe, "{}\n");
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
        return Recipes.read(Blocks.class, recipe, Arrays.asList(overrides), folder, RecipeSpellings.all())
                .recipe();
    }

    @Test
    void anEmptyRecipeHasTheDefaults() {
        Blocks blocks = read();
        assertThat(blocks.adapter().kind().adapter()).isEqualTo(AdapterKind.MOSLORA);
        assertThat(blocks.adapter().rank()).isEqualTo(16);
        assertThat(blocks.adapter().alpha()).isEqualTo(32);
        assertThat(blocks.adapter().mixerInit()).isEqualTo(MixerInit.ORTHOGONAL);
        assertThat(blocks.adapter().init()).isEqualTo(FactorInit.KAIMING);
        TrainingBlock training = blocks.training();
        assertThat(training.learningRate()).isEqualTo(2e-4);
        assertThat(training.schedule()).isEqualTo(Schedule.COSINE);
        assertThat(training.betas()).containsExactly(0.9, 0.999);
        assertThat(training.maxGradNorm()).isEqualTo(1);
        assertThat(training.precision()).isEqualTo(Precision.FP32);
        assertThat(training.checkpointEvery()).isEqualTo(100);
        assertThat(training.keepCheckpoints()).isEqualTo(3);
        assertThat(blocks.validation().fraction()).isZero();
        assertThat(blocks.validation().every()).isEqualTo(100);
    }

    @Test
    void alphaIsTwiceTheRankUnlessGiven() {
        assertThat(read("adapter.rank=5").adapter().spec().scale()).isEqualTo(2);
        assertThat(read("adapter.rank=4", "adapter.alpha=6").adapter().spec().scale())
                .isEqualTo(1.5);
    }

    @Test
    void namesAreReadAsRecipesSpellThem() {
        Blocks blocks = read(
                "training.schedule=constant-with-warmup",
                "training.precision=bf16",
                "adapter.kind=lora",
                "adapter.mixer_init=identity",
                "adapter.init=gaussian");
        assertThat(blocks.training().schedule()).isEqualTo(Schedule.CONSTANT_WITH_WARMUP);
        assertThat(blocks.training().precision()).isEqualTo(Precision.BF16);
        assertThat(blocks.adapter().kind().adapter()).isEqualTo(AdapterKind.LORA);
        assertThat(blocks.adapter().mixerInit()).isEqualTo(MixerInit.IDENTITY);
        assertThat(blocks.adapter().init()).isEqualTo(FactorInit.GAUSSIAN);
    }

    @Test
    void stepsComeFromStepsOrEpochs() {
        assertThat(read("training.max_steps=7").training().steps(100)).isEqualTo(7);
        assertThat(read("training.epochs=2").training().steps(11)).isEqualTo(22);
        assertThat(read("training.epochs=0.5").training().steps(11)).isEqualTo(6);
        assertThat(read("training.epochs=0.001").training().steps(11)).isEqualTo(1);
        assertThat(read().training().steps(11)).isEqualTo(11);
    }

    @Test
    void aWarmupMayBeAShareRoundedUp() {
        assertThat(read("training.warmup_ratio=0.03").training().warmup(100)).isEqualTo(3);
        assertThat(read("training.warmup_ratio=0.03").training().warmup(101)).isEqualTo(4);
        assertThat(read("training.warmup_steps=9").training().warmup(101)).isEqualTo(9);
    }

    @Test
    void withoutCheckpointingEverythingIsKept() {
        assertThat(read().training().kept()).isEqualTo(Long.MAX_VALUE);
        assertThat(read("training.gradient_checkpointing=true").training().kept())
                .isEqualTo((long) (0.8 * (1L << 30)));
        assertThat(read("training.gradient_checkpointing=true", "training.checkpointing_keep_gib=0")
                        .training()
                        .kept())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "training.learning_rate=-1 | learning_rate",
                "training.learning_rate=.nan | learning_rate",
                "training.warmup_steps=-1 | warmup_steps",
                "training.batch_size=0 | batch_size",
                "training.gradient_accumulation=0 | gradient_accumulation",
                "training.weight_decay=-0.1 | weight_decay",
                "training.max_grad_norm=-1 | max_grad_norm",
                "training.checkpoint_every=0 | checkpoint_every",
                "training.keep_checkpoints=0 | keep_checkpoints",
                "training.epsilon=0 | epsilon",
                "training.betas=[0.9, 1.0] | betas",
                "training.warmup_ratio=1.5 | warmup_ratio",
                "training.max_steps=0 | max_steps",
                "training.epochs=0 | epochs",
                "training.quantize=nf5 | nf4",
                "training.optimizer=muan | did you mean muon?",
                "training.matrix_learning_rate=-1 | matrix_learning_rate",
                "training.schedule=sine | schedule",
                "validation.fraction=1 | fraction",
                "validation.every=0 | every",
                "validation.patience=-1 | patience",
                "validation.samples=-1 | samples",
                "adapter.rank=0 | rank",
                "adapter.mixer_init=zero | never learns",
                "adapter.kind=lorra | lorra",
                "adapter.kind=ful | did you mean full?",
                "adapter={kind: full, rank: 8} | rank",
                "adapter={kind: full, alpha: 8} | alpha",
                "adapter={kind: full, dropout: 0.1} | dropout",
                "adapter={kind: full, rs_lora: true} | rs_lora",
                "adapter={kind: full, dora: true} | dora",
                "adapter={kind: full, bias: lora_only} | bias",
                "adapter={kind: full, lora_plus_ratio: 2} | lora_plus_ratio",
                "adapter={kind: full, rank_pattern: {q_proj: 3}} | rank_pattern",
                "adapter={kind: full, alpha_pattern: {q_proj: 3}} | alpha_pattern",
                "adapter={kind: full, targets: all-linear} | targets",
                "adapter={kind: full, exclude: q_proj} | exclude",
                "adapter={kind: full, layers: 0-1} | layers",
                "adapter={kind: full, init_from: run} | init_from",
                "adapter={kind: butterfly, rank: 3} | even",
                "adapter={kind: butterfly, rank: 4, rank_pattern: {q_proj: 3}} | even",
                "adapter={kind: flora, dora: true} | flora",
                "adapter={kind: adalora, dora: true} | adalora",
                "adapter={kind: adalora, rs_lora: true} | rs_lora",
                "adapter={kind: adalora, rank: 8} | initial_rank",
                "adapter={kind: adalora, rank_pattern: {q_proj: 3}} | rank_pattern",
                "adapter.lora_plus_ratio=0 | lora_plus_ratio",
                "adapter.rank_pattern={q_proj: 0} | q_proj",
                "adapter.rank_pattern={q_proj: 1.5} | q_proj",
                "'adapter.rank_pattern={\"q_(proj\": 2}' | regular expression",
                "adapter.alpha_pattern={q_proj: -1} | q_proj",
                "adapter.adalora.initial_rank=0 | initial_rank",
                "adapter.adalora.target_rank=13 | target_rank",
                "adapter.adalora.interval=0 | interval",
                "adapter.adalora.beta1=1 | beta1",
                "adapter.adalora.beta2=0 | beta2",
                "adapter.adalora.warmup_steps=-1 | warmup_steps",
                "adapter.adalora.final_steps=-1 | final_steps",
                "adapter.adalora.orthogonality=-0.1 | orthogonality",
                "adapter.adalora.intervall=2 | interval"
            })
    void oddValuesAreRefusedByName(String override, String word) {
        assertThatThrownBy(() -> read(override)).isInstanceOfSatisfying(InvalidInput.class, invalid -> {
            assertThat(invalid.problems()).hasSize(1);
            assertThat(invalid.getMessage()).contains(word);
        });
    }

    @Test
    void whatExcludesEachOtherIsRefused() {
        for (List<String> pair : List.of(
                List.of("training.max_steps=5", "training.epochs=1"),
                List.of("training.warmup_steps=5", "training.warmup_ratio=0.1"))) {
            assertThatThrownBy(() -> read(pair.toArray(String[]::new)))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("cannot be given together");
        }
    }

    @Test
    void allProblemsOfABlockAreToldTogether() {
        assertThatThrownBy(() -> read("training.batch_size=0", "training.epsilon=0", "validation.every=0"))
                .isInstanceOfSatisfying(
                        InvalidInput.class,
                        invalid -> assertThat(invalid.problems()).hasSize(3));
        assertThatThrownBy(() -> read("adapter={rank: 0, lora_plus_ratio: 0, alpha_pattern: {v_proj: 0}, dropout: 2}"))
                .isInstanceOfSatisfying(
                        InvalidInput.class,
                        invalid -> assertThat(invalid.problems()).hasSize(4));
    }

    @Test
    void whatGoesWithSeveralKindsIsReadAsItIsWritten() {
        AdapterSpec spec =
                read("adapter={kind: moslora, rank: 4, alpha: 6, rs_lora: true, dora: true, lora_plus_ratio: 3,"
                                + " rank_pattern: {\"layers.0.self_attn.q_proj\": 9, q_proj: 2}, alpha_pattern: {v_proj: 1}}")
                        .adapter()
                        .spec();
        assertThat(spec.label()).isEqualTo("moslora-dora");
        assertThat(spec.options().outerRatio()).isEqualTo(3);
        assertThat(spec.at("model.layers.0.self_attn.q_proj").scale()).isEqualTo(6 / 3.0);
        assertThat(spec.at("model.layers.10.self_attn.q_proj").rank()).isEqualTo(2);
        assertThat(spec.at("model.layers.0.self_attn.v_proj").scale()).isEqualTo(0.5);
        assertThat(spec.at("model.layers.0.self_attn.xq_proj").rank()).isEqualTo(4);
    }

    @Test
    void muonMovesWeightsNotFactors() {
        Problems problems = new Problems();
        read("adapter.kind=full").adapter().checkMoved(TrainingBlock.Method.MUON, problems);
        read().adapter().checkMoved(TrainingBlock.Method.ADAMW, problems);
        assertThat(problems.isEmpty()).isTrue();
        read("adapter.kind=lora").adapter().checkMoved(TrainingBlock.Method.MUON, problems);
        assertThat(problems.found())
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).contains("adapter.kind full", "lora"));
    }

    @Test
    void fullIsAKindWithoutFactors() {
        AdapterBlock block = read("adapter.kind=full").adapter();
        assertThat(block.isFull()).isTrue();
        assertThat(block.rank()).isNull();
        assertThatThrownBy(block::spec)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("full");
        Problems problems = new Problems();
        block.checkHeld(read().training(), problems);
        assertThat(problems.isEmpty()).isTrue();
        block.checkHeld(read("training.quantize=nf4").training(), problems);
        block.checkHeld(read("training.weights_keep_gib=1").training(), problems);
        assertThat(problems.found())
                .satisfiesExactly(
                        codes -> assertThat(codes.what()).contains("nf4"),
                        elsewhere -> assertThat(elsewhere.toString()).contains("weights_keep_gib", "kind full"));
    }

    @Test
    void weightsStayOrAreBroughtBlockByBlock() {
        assertThat(read().training().compute(Device.cpu()).keptWeights()).isEqualTo(Long.MAX_VALUE);
        TrainingBlock half = read("training.weights_keep_gib=0.5").training();
        assertThat(half.compute(Device.cpu()).keptWeights()).isEqualTo(1L << 29);
        assertThat(half.resident(4L << 30, 16)).isEqualTo((1L << 29) + (1L << 29));
        assertThat(half.resident(1L << 28, 16)).isEqualTo(1L << 28);
        assertThat(read().training().resident(4L << 30, 16)).isEqualTo(4L << 30);
        Problems problems = new Problems();
        read("adapter.kind=dora").adapter().checkHeld(half, problems);
        assertThat(problems.found())
                .singleElement()
                .satisfies(problem -> assertThat(problem.toString()).contains("magnitude"));
    }

    @Test
    void adaloraHasItsRankFromItsOwnBlock() {
        AdapterSpec spec = read("adapter={kind: adalora, adalora: {initial_rank: 6, target_rank: 3}}")
                .adapter()
                .spec();
        assertThat(spec.rank()).isEqualTo(6);
        assertThat(spec.scale()).isEqualTo(12 / (6 + 1e-5));
    }
}
