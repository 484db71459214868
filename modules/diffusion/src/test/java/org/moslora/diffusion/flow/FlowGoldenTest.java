package org.moslora.diffusion.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.diffusion.Adapted;
import org.moslora.diffusion.Golden;
import org.moslora.diffusion.Whole;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Linears;
import org.moslora.layers.Precision;

/** The transformers of Z-Image and FLUX.2 against diffusers: pictures that are not square, texts of unequal length. */
class FlowGoldenTest {
    private static final double TOLERANCE = 4 * Golden.FP32;

    private static Compute compute(Precision precision) {
        Engine.start(1);
        return new Compute(Compute.cpu().device(), precision);
    }

    @ParameterizedTest
    @ValueSource(strings = {"z-image", "flux2"})
    void predictsAsDiffusersDoes(String name) {
        try (Golden golden = Golden.of(name);
                FlowTransformer model = TinyFlow.build(name, Linears.plain(), compute(Precision.FP32));
                Arena session = model.step();
                Arena step = session.child()) {
            FlowText text = TinyFlow.text(session, name);
            long[] shape = TinyFlow.latents(step, name).getShape().getShape();
            FlowSession open = model.open(session, text, (int) shape[2], (int) shape[3]);
            for (int again = 0; again < 2; again++) {
                golden.check("plain", open.predict(step, TinyFlow.latents(step, name), TinyFlow.TIMES), TOLERANCE);
            }
            FlowPass pass = model.forward(step, TinyFlow.latents(step, name), TinyFlow.TIMES, text, 0, 0);
            golden.check("plain", pass.prediction(), TOLERANCE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"z-image", "flux2"})
    void gathersTheGradientsOfEveryLinear(String name) {
        Compute compute = compute(Precision.FP32);
        try (Golden golden = Golden.of(name);
                Arena owner = Arena.open(compute)) {
            Adapted adapters = new Adapted(owner, compute, path -> true, 0);
            try (FlowTransformer model = TinyFlow.build(name, adapters, compute)) {
                // Everything kept, some blocks, nothing: the same gradients.
                for (long keep : List.of(Long.MAX_VALUE, 60_000L, 0L)) {
                    adapters.zero();
                    try (Arena step = model.step()) {
                        FlowPass pass = pass(model, step, name, keep);
                        golden.check("prediction", pass.prediction(), TOLERANCE);
                        pass.backward(step, TinyFlow.gradient(step, name));
                    }
                    Golden.check("the gradients", adapters.probes(), golden.get("probes"), TOLERANCE);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"z-image", "flux2"})
    void gathersTheGradientsOfEveryTensor(String name) {
        Compute compute = compute(Precision.FP32);
        try (Golden golden = Golden.of(name);
                Arena owner = Arena.open(compute)) {
            Whole whole = new Whole(owner, compute, path -> true);
            try (FlowTransformer model = TinyFlow.build(name, whole, compute);
                    Arena step = model.step()) {
                pass(model, step, name, Long.MAX_VALUE).backward(step, TinyFlow.gradient(step, name));
            }
            whole.check(golden.get("whole.probes"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "z-image, .*noise_refiner.*w2",
        "z-image, .*context_refiner.*to_q",
        "z-image, .*layers\\.1\\..*to_out.*",
        "z-image, .*cap_embedder.*",
        "z-image, .*t_embedder\\.mlp\\.0",
        "flux2, .*single_transformer_blocks\\.1.*",
        "flux2, .*transformer_blocks\\.0\\.attn\\.add_k_proj",
        "flux2, .*single_stream_modulation.*",
        "flux2, .*context_embedder"
    })
    void goesBackOnlyAsFarAsSomethingLearns(String name, String trained) {
        Compute compute = compute(Precision.FP32);
        try (Arena owner = Arena.open(compute)) {
            Adapted all = new Adapted(owner, compute, path -> true, 0);
            Adapted some = new Adapted(owner, compute, path -> path.matches(trained), 0);
            for (Adapted adapters : List.of(all, some)) {
                try (FlowTransformer model = TinyFlow.build(name, adapters, compute);
                        Arena step = model.step()) {
                    pass(model, step, name, Long.MAX_VALUE).backward(step, TinyFlow.gradient(step, name));
                }
            }
            assertThat(some.gradients()).isNotEmpty();
            some.gradients().forEach((path, gradient) -> {
                float[] expected = all.gradients().get(path).down().toFloatArray();
                Golden.check(path, gradient.down().toFloatArray(), expected, TOLERANCE);
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"z-image", "flux2"})
    void predictsInBfloat16WithinItsRounding(String name) {
        Compute compute = compute(Precision.BF16);
        try (Golden golden = Golden.of(name);
                Arena owner = Arena.open(compute)) {
            Adapted adapters = new Adapted(owner, compute, path -> true, 0);
            try (FlowTransformer model = TinyFlow.build(name, adapters, compute);
                    Arena step = model.step()) {
                FlowPass pass = pass(model, step, name, Long.MAX_VALUE);
                golden.check("prediction", pass.prediction(), 0.1);
                pass.backward(step, TinyFlow.gradient(step, name));
                assertThat(Golden.error(adapters.probes(), golden.get("probes")))
                        .isLessThan(0.3);
            }
        }
    }

    private static FlowPass pass(FlowTransformer model, Arena step, String name, long keep) {
        return model.forward(step, TinyFlow.latents(step, name), TinyFlow.TIMES, TinyFlow.text(step, name), keep, 0);
    }
}
