package org.moslora.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.llama.BackboneFolder;

/** What a training is said to take grows with what it does, and is near what it then holds. */
class MemoryEstimateTest {
    @TempDir
    static Path folder;

    private static TuningBench bench;
    private static TuningBench seeing;

    @BeforeAll
    static void write() {
        bench = TuningBench.text(folder.resolve("text"));
        seeing = TuningBench.pictures(folder.resolve("pictures"));
    }

    private static MemoryEstimate estimate(TuningBench of, int longest, int pictures, String... overrides) {
        TuningRecipe recipe = of.bound(overrides).recipe();
        try (BackboneFolder opened = recipe.open()) {
            return MemoryEstimate.of(recipe, opened, longest, pictures, pictures == 0 ? 0 : 4);
        }
    }

    private static MemoryEstimate text(String... overrides) {
        return estimate(bench, 500, 0, overrides);
    }

    @Test
    void weightsTakeWhatTheirPrecisionSays() {
        long plain = text().weights();
        try (BackboneFolder opened = bench.bound().recipe().open()) {
            assertThat(plain).isEqualTo(4 * opened.weights().elements());
        }
        assertThat(text("training.precision=bf16").weights()).isEqualTo(plain / 2);
        long int8 = text("training.quantize=int8").weights();
        assertThat(int8).isLessThan(plain);
        assertThat(text("training.quantize=nf4").weights()).isLessThan(int8);
    }

    /** Value, gradient, two moments and what kernels read: five of each number in fp32. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "adapter={kind: lora, rank: 2, targets: all-linear}",
                "adapter={kind: lora, rank: 8, targets: [q_proj, k_proj, v_proj, up_proj, down_proj]}",
                "adapter={kind: moslora, rank: 4, targets: [q_proj, k_proj, v_proj]}",
                "adapter={kind: lora, rank: 4, targets: [q_proj], rank_pattern: {layers.0.self_attn.q_proj: 2}}",
                "adapter={kind: dora, rank: 4, targets: [q_proj, up_proj]}",
                "adapter={kind: lora, rank: 4, targets: [q_proj], bias: lora_bias}",
                "adapter={kind: lora, rank: 4, targets: [q_proj, embed_tokens]}",
                "adapter={kind: adalora, targets: [v_proj], adalora: {initial_rank: 4, target_rank: 2}}",
                "adapter={kind: lokr, rank: 4, targets: all-linear}"
            })
    void whatIsTrainedIsFiveTimesItsParameters(String adapter) {
        long[] parameters = new long[1];
        bench.setUp(
                trainee -> parameters[0] = trainee.adapters.parameters().value().size(), adapter);
        long expected = 20 * parameters[0];
        assertThat(text(adapter).trained()).isEqualTo(expected);
    }

    @Test
    void aModelThatIsTrainedWholeTakesFiveTimesItself() {
        MemoryEstimate whole = text("adapter={kind: full}");
        assertThat(whole.trained()).isCloseTo(5 * whole.weights(), within(2 * whole.weights()));
    }

    @Test
    void activationsGrowWithRowsAndShrinkWhereBlocksAreComputedAgain() {
        long plain = text().activations();
        assertThat(text("training.batch_size=8").activations()).isGreaterThan(plain);
        assertThat(estimate(bench, 1000, 0).activations()).isGreaterThan(plain);
        assertThat(text("training.precision=bf16").activations()).isLessThan(plain);
        assertThat(text("training={gradient_checkpointing: true, checkpointing_keep_gib: 0, batch_size: 2}")
                        .activations())
                .isLessThan(plain);
    }

    @Test
    void picturesTakeMoreTheMoreThereAre() {
        long none = estimate(seeing, 500, 0).activations();
        long one = estimate(seeing, 500, 1).activations();
        assertThat(one).isGreaterThan(none);
        assertThat(estimate(seeing, 500, 3).activations()).isGreaterThan(one);
        assertThat(estimate(bench, 500, 3).activations())
                .isEqualTo(estimate(bench, 500, 0).activations());
    }

    @Test
    void whatMayNotFitIsToldWithWhatHelps() {
        List<String> told = new ArrayList<>();
        new MemoryEstimate(1L << 30, 1L << 29, 1L << 20).tell(Device.cpu(), told::add);
        new MemoryEstimate(1L << 50, 1, 1).tell(Device.cpu(), told::add);
        assertThat(told.get(0)).startsWith("memory: about 1.5 GiB (weights 1.0 GiB, trained 0.5 GiB");
        assertThat(told.get(1)).contains("this may not fit", "precision bf16", "batch_size or rank");
    }
}
