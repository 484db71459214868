package org.moslora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.adapters.AdapterFormat;
import org.moslora.dreambooth.DreamBooth;
import org.moslora.examples.image.Picture;
import org.moslora.examples.image.PictureDecoder;
import org.moslora.generation.batch.BatchGeneration;
import org.moslora.generation.batch.BatchRequest;
import org.moslora.generation.batch.PromptSource;
import org.moslora.generation.image.ImageModel;
import org.moslora.generation.image.TorchPictures;
import org.moslora.layers.Compute;
import org.moslora.models.Inspection;
import org.moslora.pictures.GenerationParameters;
import org.moslora.pictures.Option;
import org.moslora.pictures.Options;
import org.moslora.pictures.PictureRequest;
import org.moslora.pictures.PngFile;
import org.moslora.problems.InvalidInput;
import org.moslora.testing.Trees;
import org.moslora.training.Metrics;
import org.moslora.training.RunFolder;
import org.moslora.training.RunRequest;

/** A small FLUX.1 and a Stable Diffusion 3.5, from the folder to the picture and back, against diffusers. */
final class TwoStreamsTest {
    @TempDir
    private Path folder;

    private static Path resource(String name) {
        try {
            return Path.of(TwoStreamsTest.class.getResource("streams/" + name).toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static PictureRequest request(String family) {
        boolean flux = family.equals("flux");
        Options options = Options.NONE
                .with(Option.SEED, 40L)
                .with(Option.STEPS, 3L)
                .with(Option.NEGATIVE, "a dog")
                .with(Option.GUIDANCE, flux ? 3.5 : 5.0)
                .with(Option.TEXT_LENGTH, 12L)
                .with(Option.WIDTH, 32L)
                .with(Option.HEIGHT, flux ? 48L : 32L);
        return new PictureRequest("a photo of sks cat", flux ? options.with(Option.TRUE_GUIDANCE, 2.0) : options);
    }

    private static void mustPaint(Path expected, String family, Path model, List<Path> adapters) {
        try (ImageGenerator generator = ImageGenerator.open(model)) {
            adapters.forEach(generator::with);
            Picture painted = generator.paint(request(family));
            assertSame(painted, expected);
        }
    }

    private static void assertSame(Picture painted, Path expected) {
        Picture wanted = PictureDecoder.decode(expected);
        assertThat(painted.width()).isEqualTo(wanted.width());
        for (int i = 0; i < wanted.rgb().length; i++) {
            assertThat(Math.abs((painted.rgb()[i] & 0xff) - (wanted.rgb()[i] & 0xff)))
                    .as("entry %d", i)
                    .isLessThanOrEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"flux", "sd35"})
    void paintsAsDiffusersDoes(String family) {
        Path model = resource(family + "/model");
        assertThat(Inspection.of(model, null))
                .anyMatch(line -> line.contains(family.equals("flux") ? "FLUX.1" : "Stable Diffusion 3.5"));
        mustPaint(resource(family + "/base.png"), family, model, List.of());
    }

    /** The transformer as its authors publish it, in one file, the rest of the folder named beside it. */
    @ParameterizedTest
    @ValueSource(strings = {"flux", "sd35"})
    void aPublishedFilePaintsWithTheRestOfAFolder(String family) throws IOException {
        Path model = resource(family + "/model");
        Path file =
                PublishedMmdit.write(model.resolve("transformer/diffusion_pytorch_model.safetensors"), family, folder);
        assertThat(Inspection.of(file, null))
                .isEqualTo(Inspection.of(model, null).stream()
                        .filter(line -> line.startsWith("model") || line.startsWith("transformer"))
                        .map(line -> line.startsWith("model") ? line + ", a single-file checkpoint" : line)
                        .toList());
        assertThat(Inspection.of(resource(family + "/kohya.safetensors"), file))
                .isEqualTo(Inspection.of(resource(family + "/kohya.safetensors"), model));
        try (ImageModel opened = ImageModel.open(file, model, null, line -> {})) {
            assertThat(opened.traits().path()).isEqualTo(file);
        }
        assertThatThrownBy(() -> ImageModel.open(file, null, null, line -> {}))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("is a single file with the transformer of");
        Path other = resource((family.equals("flux") ? "sd35" : "flux") + "/model");
        assertThatThrownBy(() -> ImageModel.open(file, other, null, line -> {}))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("is no folder of");
        BatchRequest asked = BatchRequest.of(
                new PromptSource.Requests(List.of(request(family))), Options.NONE, folder.resolve("out"), 1, false);
        new BatchGeneration(
                        asked,
                        told -> new TorchPictures(ImageModel.open(file, model, null, told), Compute.cpu()),
                        line -> {})
                .run();
        Picture painted = PictureDecoder.decode(folder.resolve("out/00000-40.png"));
        assertSame(painted, resource(family + "/base.png"));
    }

    /** Fused layers are taken apart, merged, and put together again in files of three spellings. */
    @ParameterizedTest
    @ValueSource(strings = {"flux", "sd35"})
    void anAdapterOfFusedLayersPaintsTheSameHoweverItIsSpelt(String family) {
        Path model = resource(family + "/model");
        Path kohya = resource(family + "/kohya.safetensors");
        Path expected = resource(family + "/kohya.png");
        mustPaint(expected, family, model, List.of(kohya));
        Path merged = folder.resolve("merged");
        AdapterMerge.into(model).with(kohya).write(merged);
        mustPaint(expected, family, merged, List.of());
        Path other = folder.resolve("diffusers");
        AdapterConversion.of(kohya).fitting(model).write(AdapterFormat.DIFFUSERS, other);
        mustPaint(expected, family, model, List.of(other));
        Path again = folder.resolve("again.safetensors");
        AdapterConversion.of(other).fitting(model).write(AdapterFormat.KOHYA, again);
        mustPaint(expected, family, model, List.of(again));
    }

    @ParameterizedTest
    @ValueSource(strings = {"flux", "sd35"})
    void learnsAsDiffusersScriptDoesAndGoesOnBitForBit(String family) throws IOException {
        Path recipe = resource(family + "/recipe.yaml");
        RunFolder whole = run(recipe, "whole");
        JsonArray expected = JsonParser.parseString(Files.readString(resource(family + "/curve.json")))
                .getAsJsonArray();
        List<JsonObject> rows = new ArrayList<>(Metrics.rows(whole.metrics()));
        for (int i = 0; i < expected.size(); i++) {
            JsonObject wanted = expected.get(i).getAsJsonObject();
            double loss = wanted.get("loss").getAsDouble();
            assertThat(rows.get(i).get("loss").getAsDouble()).isCloseTo(loss, within(1e-5 * loss));
            double norm = wanted.get("grad_norm").getAsDouble();
            assertThat(rows.get(i).get("grad_norm").getAsDouble()).isCloseTo(norm, within(1e-4 * norm));
        }
        RunFolder cut = run(recipe, "cut", "training.max_steps=3", "training.checkpoint_every=1");
        Trees.delete(cut.adapter());
        Trees.delete(cut.checkpoints().resolve("step-000003"));
        Trees.delete(cut.checkpoints().resolve("step-000002"));
        new DreamBooth().train(new RunRequest(null, List.of(), folder, cut.path(), 1, true));
        assertThat(cut.adapter().resolve("adapter_model.safetensors"))
                .hasSameBinaryContentAs(whole.adapter().resolve("adapter_model.safetensors"));
    }

    /** Pictures of other models, and of other programs, say Euler for the one scheduler that these models have. */
    @ParameterizedTest
    @ValueSource(strings = {"flux", "sd35"})
    void aPictureThatSaysEulerIsMadeAgain(String family) throws IOException {
        PictureRequest wanted = request(family);
        PictureRequest said = new PictureRequest(
                wanted.prompt(),
                wanted.options()
                        .without(Option.TEXT_LENGTH)
                        .without(Option.TRUE_GUIDANCE)
                        .with(Option.SCHEDULER, "euler"));
        Picture base = PictureDecoder.decode(resource(family + "/base.png"));
        Path file = folder.resolve("said.png");
        PngFile.write(file, base, new GenerationParameters(said, "another", Map.of()));
        assertThat(PngFile.readText(file, PngFile.PARAMETERS).orElseThrow())
                .contains("Sampler: Euler")
                .doesNotContain("Request");
        try (ImageGenerator generator = ImageGenerator.open(resource(family + "/model"))) {
            generator.paint(new PromptSource.FromPicture(file), folder.resolve("again"));
            PictureRequest plain =
                    new PictureRequest(wanted.prompt(), said.options().without(Option.SCHEDULER));
            Picture painted = generator.paint(plain);
            assertThat(PictureDecoder.decode(folder.resolve("again/00000-40.png"))
                            .rgb())
                    .isEqualTo(painted.rgb());
        }
    }

    /** Of everything else that Stable Diffusion with a UNet has: each learns, and goes on bit for bit. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "flux | adapter.kind=lokr | crop=random | flip=true | training.quantize=int8 | ema.decay=0.9",
                "sd35 | adapter.kind=dora | buckets={step: 16, min: 16, max: 64} | training.gradient_checkpointing=true"
                        + " | training.checkpointing_keep_gib=0 | validation={fraction: 0.3, every: 2, samples: 1,"
                        + " prompts: [a dog]}"
            })
    void whatOthersHaveTheseHaveToo(String family, String one, String two, String three, String four, String five) {
        Path recipe = resource(family + "/recipe.yaml");
        List<String> common = List.of("adapter.targets=[attn.to_q, ff.net.2]", "adapter.init_from=null");
        List<String> all = new ArrayList<>(common);
        all.addAll(List.of(one, two, three, four, five));
        RunFolder whole = run(recipe, "whole", all.toArray(String[]::new));
        all.add("training.checkpoint_every=1");
        RunFolder cut = run(recipe, "cut", all.toArray(String[]::new));
        Trees.delete(cut.adapter());
        Trees.delete(cut.checkpoints().resolve("step-000003"));
        Trees.delete(cut.checkpoints().resolve("step-000002"));
        new DreamBooth().train(new RunRequest(null, List.of(), folder, cut.path(), 1, true));
        assertThat(cut.adapter().resolve("adapter_model.safetensors"))
                .hasSameBinaryContentAs(whole.adapter().resolve("adapter_model.safetensors"));
        assertThat(Files.exists(whole.averagedAdapter())).isEqualTo(family.equals("flux"));
        assertThat(Files.isDirectory(whole.samples())).isEqualTo(family.equals("sd35"));
        assertThat(Files.isDirectory(whole.cache().resolve("latents"))).isEqualTo(family.equals("sd35"));
        Path merged = folder.resolve("merged");
        AdapterMerge.into(resource(family + "/model")).with(whole.adapter()).write(merged);
        try (ImageGenerator generator = ImageGenerator.open(merged)) {
            generator.paint(request(family));
        }
    }

    /** Beginning from a picture: at nearly no strength it stays about what it was. */
    @ParameterizedTest
    @ValueSource(strings = {"flux", "sd35"})
    void aPictureIsBegunWith(String family) {
        Path start = resource(family + "/base.png");
        Options options =
                request(family).options().with(Option.IMAGE, start.toString()).with(Option.STEPS, 10L);
        try (ImageGenerator generator = ImageGenerator.open(resource(family + "/model"))) {
            Picture strong = generator.paint(new PictureRequest("a dog", options.with(Option.STRENGTH, 1.0)));
            Picture weak = generator.paint(new PictureRequest("a dog", options.with(Option.STRENGTH, 0.1)));
            Picture again = generator.paint(new PictureRequest("a dog", options.with(Option.STRENGTH, 0.1)));
            assertThat(weak.rgb()).isEqualTo(again.rgb()).isNotEqualTo(strong.rgb());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"flux", "sd35"})
    void sidesThatItDoesNotPaintAreNamed(String family) {
        assertThatThrownBy(() -> run(resource(family + "/recipe.yaml"), "odd", "buckets={step: 8, min: 24, max: 64}"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("buckets.step")
                .hasMessageContaining("buckets.min")
                .hasMessageContaining("must be a multiple of 16 with this model");
    }

    private RunFolder run(Path recipe, String name, String... overrides) {
        RunFolder run = new RunFolder(folder.resolve(name));
        List<String> all = new ArrayList<>(List.of(overrides));
        all.add("output=" + run.path());
        all.add("training.keep_checkpoints=100");
        new DreamBooth().train(new RunRequest(recipe, all, recipe.getParent(), null, 1, true));
        return run;
    }
}
