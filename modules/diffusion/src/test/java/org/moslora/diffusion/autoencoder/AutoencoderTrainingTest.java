package org.moslora.diffusion.autoencoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.diffusion.Formula;
import org.moslora.diffusion.Golden;
import org.moslora.diffusion.Whole;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Linears;
import org.moslora.layers.Precision;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/** The autoencoder while it learns, against diffusers' AutoencoderKL and autograd. */
class AutoencoderTrainingTest {
    private static final PictureLoss.Weights WEIGHTS = new PictureLoss.Weights(1, 2, 0.5, 0.25);
    private static final double SHARE = 0.75;

    @Test
    void comparesPicturesAsPyTorchDoes() {
        Compute compute = compute(Precision.FP32);
        try (Golden golden = Golden.of("autoencoder");
                AutoencoderTraining training = build(config(""), Linears.plain(), compute);
                Arena step = training.step()) {
            AutoencoderPass pass = training.forward(step, pixels(step), noise(step), 0);
            golden.check("pictures", pass.pictures(), Golden.FP32);
            PictureLoss loss = PictureLoss.of(step, pass, pixels(step), WEIGHTS, SHARE);
            float[] terms = {
                (float) loss.total(),
                (float) loss.absolute(),
                (float) loss.squared(),
                (float) loss.edges(),
                (float) loss.divergence()
            };
            Golden.check("terms", terms, golden.get("terms"), Golden.FP32);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, 0})
    void gathersTheGradientOfEveryTensor(long keep) {
        Compute compute = compute(Precision.FP32);
        try (Golden golden = Golden.of("autoencoder");
                Arena owner = Arena.open(compute)) {
            Whole whole = new Whole(owner, compute, tensor -> true);
            try (AutoencoderTraining training = build(config(""), whole, compute)) {
                assertThat(whole.gradients().keySet()).allMatch(name -> name.startsWith(AutoencoderNames.COMPONENT));
                backward(training, keep);
                whole.check(golden.get("whole.probes"));
            }
        }
    }

    /** However little learns, the way back reaches it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "decoder",
                "quant_conv",
                "encoder.conv_in",
                "decoder.conv_norm_out",
                "decoder.mid_block.attentions.0.group_norm",
                "encoder.down_blocks.0.downsamplers.0.conv"
            })
    void reachesWhateverLearns(String part) {
        Compute compute = compute(Precision.FP32);
        try (Arena owner = Arena.open(compute)) {
            Whole all = new Whole(owner, compute, tensor -> true);
            Whole some = new Whole(owner, compute, tensor -> tensor.startsWith(AutoencoderNames.COMPONENT + part));
            for (Whole whole : new Whole[] {all, some}) {
                try (AutoencoderTraining training = build(config(""), whole, compute)) {
                    backward(training, Long.MAX_VALUE);
                }
            }
            assertThat(some.gradients()).isNotEmpty();
            some.gradients()
                    .forEach((name, gradient) -> Golden.check(
                            name,
                            gradient.toFloatArray(),
                            all.gradients().get(name).toFloatArray(),
                            Golden.FP32));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"use_quant_conv\": false, \"use_post_quant_conv\": false,"})
    void learnsInBf16Too(String more) {
        Compute wide = compute(Precision.FP32);
        Compute narrow = compute(Precision.BF16);
        AutoencoderConfig config = config("\"force_upcast\": false, " + more);
        try (Arena owner = Arena.open(wide)) {
            Whole exact = new Whole(owner, wide, tensor -> true);
            Whole rough = new Whole(owner, narrow, tensor -> true);
            try (AutoencoderTraining one = build(config, exact, wide);
                    AutoencoderTraining other = build(config, rough, narrow)) {
                backward(one, 0);
                backward(other, 0);
            }
            for (String name : new String[] {"vae.decoder.conv_out.weight", "vae.encoder.conv_in.weight"}) {
                float[] expected = exact.gradients().get(name).toFloatArray();
                Golden.check(name, rough.gradients().get(name).toFloatArray(), expected, 0.2);
            }
        }
    }

    @Test
    void encodesBatchesAsItDoesOneByOne() {
        Compute compute = compute(Precision.FP32);
        try (Golden golden = Golden.of("autoencoder");
                AutoencoderTraining training = build(config(""), Linears.plain(), compute);
                Arena step = training.step()) {
            Moments moments = training.encode(step, pixels(step));
            golden.check("mean", moments.mean(), Golden.FP32);
            golden.check("deviation", moments.deviation(), Golden.FP32);
            NDArray odd = Formula.array(step, "pixels", 1, 3, 6, 9);
            assertThatThrownBy(() -> training.encode(step, odd)).hasMessageContaining("multiples of 2");
        }
    }

    @Test
    void aStepLeavesNothingBehind() {
        Compute compute = compute(Precision.FP32);
        try (Arena owner = Arena.open(compute)) {
            Whole whole = new Whole(owner, compute, tensor -> true);
            try (AutoencoderTraining training = build(config(""), whole, compute)) {
                backward(training, Long.MAX_VALUE);
                int before = training.arena().live();
                backward(training, Long.MAX_VALUE);
                assertThat(training.arena().live()).isEqualTo(before);
            }
        }
    }

    private static void backward(AutoencoderTraining training, long keep) {
        try (Arena step = training.step()) {
            AutoencoderPass pass = training.forward(step, pixels(step), noise(step), keep);
            PictureLoss loss = PictureLoss.of(step, pass, pixels(step), WEIGHTS, SHARE);
            training.backward(step, pass, loss);
        }
    }

    private static NDArray pixels(Arena arena) {
        return Formula.array(arena, "pixels", 2, 3, 6, 10);
    }

    private static NDArray noise(Arena arena) {
        return Formula.array(arena, "noise", 2, 4, 3, 5);
    }

    private static Compute compute(Precision precision) {
        Engine.start(1);
        return new Compute(Device.cpu(), precision);
    }

    private static AutoencoderConfig config(String more) {
        Problems problems = new Problems();
        String json = Golden.json("autoencoder").replaceFirst("\\{", "{" + more);
        AutoencoderConfig config = AutoencoderConfig.read(ConfigSection.parse("vae", json, problems));
        problems.throwIfAny();
        return config;
    }

    private static AutoencoderTraining build(AutoencoderConfig config, Linears linears, Compute compute) {
        return new AutoencoderTraining(config, Formula.of(AutoencoderNames.expected(config)), linears, compute);
    }
}
