package org.moslora.diffusion.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.diffusion.Adapted;
import org.moslora.diffusion.Formula;
import org.moslora.diffusion.Golden;
import org.moslora.diffusion.Whole;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Linears;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/** Text encoders against transformers: one that pools at the highest id, one that pools at the end and projects. */
class TextEncoderGoldenTest {
    private static final List<int[]> TEXTS =
            List.of(new int[] {1, 5, 19, 3, 11, 0, 0, 11, 2}, new int[] {1, 11, 7, 7, 19, 19, 4, 11, 11});
    private static final long ROWS = 18;
    private static final long HIDDEN = 12;
    private static final TextRequest LAST = TextRequest.plain(0);
    private static final TextRequest SKIPPED = new TextRequest(1, true, true);
    private static final TextRequest RAW = TextRequest.xl(0, true);
    private static final TextRequest EARLY = TextRequest.plain(2);

    @ParameterizedTest
    @ValueSource(strings = {"text-1", "text-2"})
    void encodesAsTransformersDoes(String name) {
        Compute compute = compute();
        try (Golden golden = Golden.of(name);
                Arena owner = Arena.open(compute);
                TextEncoder encoder = build(name, new Adapted(owner, compute, path -> false, 0));
                Arena step = encoder.step()) {
            TextPass last = encoder.encode(step, TEXTS, LAST);
            golden.check("last", last.states(), Golden.FP32);
            assertThat(last.pooled()).isNull();
            TextPass skipped = encoder.encode(step, TEXTS, SKIPPED);
            golden.check("skipped", skipped.states(), Golden.FP32);
            golden.check("pooled", skipped.pooled(), Golden.FP32);
            golden.check("raw", encoder.encode(step, TEXTS, RAW).states(), Golden.FP32);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "text-1, last", "text-1, skipped", "text-1, raw", "text-1, early",
        "text-2, last", "text-2, skipped", "text-2, raw", "text-2, early"
    })
    void gathersTheGradientsOfEveryLinear(String name, String request) {
        Compute compute = compute();
        TextRequest wanted = request(request);
        try (Golden golden = Golden.of(name);
                Arena owner = Arena.open(compute)) {
            Adapted adapters = new Adapted(owner, compute, path -> true, 0);
            try (TextEncoder encoder = build(name, adapters)) {
                for (long keep : List.of(Long.MAX_VALUE, 0L)) {
                    adapters.zero();
                    backward(encoder, wanted, keep);
                    Golden.check("gradients", adapters.probes(), golden.get(request + ".probes"), Golden.FP32);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "text-1, last", "text-1, skipped", "text-1, raw", "text-1, early",
        "text-2, last", "text-2, skipped", "text-2, raw", "text-2, early"
    })
    void gathersTheGradientOfEveryTensorThatIsTrainedWhole(String name, String request) {
        Compute compute = compute();
        try (Golden golden = Golden.of(name);
                Arena owner = Arena.open(compute)) {
            Whole whole = new Whole(owner, compute, tensor -> true);
            try (TextEncoder encoder = build(name, whole)) {
                for (long keep : List.of(Long.MAX_VALUE, 0L)) {
                    whole.zero();
                    backward(encoder, request(request), keep);
                    whole.check(golden.get(request + ".whole.probes"));
                }
            }
        }
    }

    /** However little learns, the way back reaches it. */
    @ParameterizedTest
    @ValueSource(strings = {"token_embedding", "position_embedding", "final_layer_norm", "text_projection"})
    void reachesWhateverLearns(String part) {
        Compute compute = compute();
        try (Arena owner = Arena.open(compute)) {
            Whole all = new Whole(owner, compute, tensor -> true);
            Whole some = new Whole(owner, compute, tensor -> tensor.contains(part));
            for (Whole whole : List.of(all, some)) {
                try (TextEncoder encoder = build("text-2", whole)) {
                    backward(encoder, RAW, Long.MAX_VALUE);
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

    private static TextRequest request(String name) {
        return switch (name) {
            case "last" -> LAST;
            case "skipped" -> SKIPPED;
            case "raw" -> RAW;
            default -> EARLY;
        };
    }

    @Test
    void goesBackOnlyAsFarAsSomethingLearns() {
        Compute compute = compute();
        try (Arena owner = Arena.open(compute)) {
            Adapted all = new Adapted(owner, compute, path -> true, 0);
            Adapted some = new Adapted(owner, compute, path -> path.matches(".*layers\\.1\\..*(q|fc1).*"), 0);
            for (Adapted adapters : List.of(all, some)) {
                try (TextEncoder encoder = build("text-2", adapters)) {
                    backward(encoder, SKIPPED, Long.MAX_VALUE);
                }
            }
            assertThat(some.gradients()).hasSize(2);
            some.gradients()
                    .forEach((path, gradient) -> Golden.check(
                            path,
                            gradient.up().toFloatArray(),
                            all.gradients().get(path).up().toFloatArray(),
                            Golden.FP32));
        }
    }

    private static void backward(TextEncoder encoder, TextRequest wanted, long keep) {
        try (Arena step = encoder.step()) {
            TextPass pass = encoder.forward(step, TEXTS, wanted, keep, 0);
            NDArray pooled = pass.pooled() == null
                    ? null
                    : Formula.array(
                            step, "pooled.gradient", pass.pooled().getShape().getShape());
            encoder.backward(step, pass, Formula.array(step, "gradient", ROWS, HIDDEN), pooled);
        }
    }

    @Test
    void refusesTextsThatItCannotRead() {
        try (TextEncoder encoder = build("text-1", Linears.plain());
                Arena step = encoder.step()) {
            assertThatThrownBy(() -> encoder.encode(step, List.of(new int[] {1, 20}), LAST))
                    .hasMessageContaining("makes the id 20")
                    .hasMessageContaining("tokenizer");
            assertThatThrownBy(() -> encoder.encode(step, List.of(new int[] {1}, new int[] {1, 2}), LAST))
                    .hasMessageContaining("[1, 2] tokens");
            assertThatThrownBy(() -> encoder.encode(step, List.of(new int[10]), LAST))
                    .hasMessageContaining("at most 9");
            assertThatThrownBy(() -> encoder.encode(step, TEXTS, TextRequest.plain(4)))
                    .hasMessageContaining("clip skip");
        }
    }

    @Test
    void knowsTheTensorsOfThePublishedEncoders() {
        Problems problems = new Problems();
        ClipTextConfig large = ClipTextConfig.read(
                ConfigSection.parse(
                        "text_encoder/config.json",
                        "{\"hidden_size\": 768, \"intermediate_size\": 3072, \"num_attention_heads\": 12}",
                        problems),
                false);
        assertThat(ClipTextNames.expected(large)).hasSize(196);
        ClipTextConfig giant = ClipTextConfig.read(
                ConfigSection.parse(
                        "text_encoder_2/config.json",
                        "{\"hidden_size\": 1280, \"intermediate_size\": 5120, \"num_attention_heads\": 20,"
                                + " \"num_hidden_layers\": 32, \"hidden_act\": \"gelu\", \"projection_dim\": 1280}",
                        problems),
                true);
        assertThat(problems.found()).isEmpty();
        assertThat(ClipTextNames.expected(giant)).hasSize(517).containsKey(ClipTextNames.PROJECTION);
        ClipTextConfig.read(
                ConfigSection.parse("config.json", "{\"hidden_act\": \"swish\", \"num_attention_heads\": 7}", problems),
                false);
        assertThat(problems.found()).hasSize(2);
    }

    private static Compute compute() {
        Engine.start(1);
        return Compute.cpu();
    }

    private static TextEncoder build(String name, Linears linears) {
        Problems problems = new Problems();
        Compute compute = compute();
        try (Golden golden = Golden.of(name)) {
            ClipTextConfig config = ClipTextConfig.read(golden.config(problems), name.equals("text-2"));
            problems.throwIfAny();
            return new TextEncoder(
                    "text_encoder.", config, Formula.of(ClipTextNames.expected(config)), linears, compute);
        }
    }
}
