package org.moslora.dreambooth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.moslora.datasets.tiny.TinyDiffusion;
import org.moslora.examples.image.Picture;
import org.moslora.examples.image.PictureDecoder;
import org.moslora.generation.batch.BatchGeneration;
import org.moslora.generation.batch.BatchRequest;
import org.moslora.generation.batch.PromptSource;
import org.moslora.generation.image.ImageModel;
import org.moslora.generation.image.TorchPictures;
import org.moslora.layers.Compute;
import org.moslora.pictures.AdapterUse;
import org.moslora.pictures.Option;
import org.moslora.pictures.Options;
import org.moslora.problems.InvalidInput;
import org.moslora.training.Metrics;
import org.moslora.training.RunFolder;

/** A generator that is trained by flow matching goes the same way as one with a UNet, from pictures to pictures. */
class FlowMatchingTest {
    private static final String WEIGHTS = "adapter_model.safetensors";

    @TempDir
    private Path folder;

    private TinyRun tiny = new TinyRun(Path.of(""), new TinyDiffusion(Path.of("")));

    @BeforeEach
    void write() {
        tiny = TinyRun.flow(folder);
    }

    static Stream<List<String>> recipes() {
        return Stream.of(
                List.of(),
                List.of("class={images: class, prompt: a photo of circle, count: 2}"),
                List.of("adapter={kind: dora, rank: 2}", "ema.decay=0.9"),
                List.of(
                        "adapter={kind: adalora, adalora: {initial_rank: 3, target_rank: 2}}",
                        "training.gradient_checkpointing=true"),
                List.of("buckets={step: 8, min: 8, max: 32}", "captions={use: true, dropout: 0.5, shuffle: true}"),
                List.of("training.quantize=nf4"));
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void aResumedRunEndsInTheSameBytes(List<String> overrides) throws IOException {
        Files.writeString(tiny.diffusion().pictures().resolve("0.txt"), "red, circle, sks");
        RunFolder whole = tiny.train("whole", overrides.toArray(String[]::new));
        RunFolder cut = tiny.cutAfter(whole, "cut", 4);
        tiny.resume("cut");
        assertThat(cut.adapter().resolve(WEIGHTS))
                .hasSameBinaryContentAs(whole.adapter().resolve(WEIGHTS));
        assertThat(losses(cut)).isEqualTo(losses(whole)).allMatch(Double::isFinite);
    }

    @Test
    void offloadedWeightsGiveTheSameBytes() {
        RunFolder whole = tiny.train("whole", "training.precision=bf16");
        RunFolder run = tiny.train("run", "training.precision=bf16", "training.weights_keep_gib=0");
        assertThat(run.adapter().resolve(WEIGHTS))
                .hasSameBinaryContentAs(whole.adapter().resolve(WEIGHTS));
        assertThat(losses(run)).isEqualTo(losses(whole));
    }

    @Test
    void whatIsTrainedPaintsOtherwiseThanTheModel() throws IOException {
        RunFolder run = tiny.train("run", "training.max_steps=2");
        List<AdapterUse> trained = List.of(new AdapterUse(run.adapter().toString(), 1));
        Picture plain = painted("plain", Options.NONE);
        Picture adapted = painted("adapted", Options.NONE.with(Option.ADAPTERS, trained));
        assertThat(adapted.rgb()).hasSameSizeAs(plain.rgb()).isNotEqualTo(plain.rgb());
        assertThat(painted("again", Options.NONE).rgb()).isEqualTo(plain.rgb());
    }

    @Test
    void sidesThatAreNoWholePatchesAreRefused() {
        assertThatThrownBy(() -> painted("odd", Options.NONE.with(Option.WIDTH, 18L)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("multiple of 4");
    }

    private Picture painted(String out, Options options) {
        Path to = folder.resolve(out);
        Options quick = options.with(Option.STEPS, 2L).with(Option.SEED, 7L);
        new BatchGeneration(
                        BatchRequest.of(new PromptSource.Text("a red circle"), quick, to, 1, false),
                        remarks -> new TorchPictures(
                                ImageModel.open(tiny.diffusion().model(), null, null, remarks), Compute.cpu()),
                        line -> {})
                .run();
        return PictureDecoder.decode(to.resolve("00000-7.png"));
    }

    private static List<Double> losses(RunFolder run) {
        return Metrics.rows(run.metrics()).stream()
                .filter(row -> row.has("loss"))
                .map(row -> row.get("loss").getAsDouble())
                .toList();
    }
}
