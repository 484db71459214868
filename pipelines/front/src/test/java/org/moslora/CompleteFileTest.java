package org.moslora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.diffusion.folder.Component;
import org.moslora.diffusion.folder.ImageModelFiles;
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
import org.moslora.pictures.Option;
import org.moslora.pictures.Options;
import org.moslora.pictures.PictureRequest;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DType;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.TensorInfo;
import org.moslora.tensors.WeightSource;
import org.moslora.testing.Trees;
import org.moslora.training.RunRequest;

/** Whole models in one file, as published, beside the folders that they were written from. */
final class CompleteFileTest {
    private static final Map<Component, String> FLUX =
            Map.of(Component.TEXT_ENCODER, "clip_l", Component.TEXT_ENCODER_2, "t5xxl");
    private static final Map<Component, String> THIRD = Map.of(
            Component.TEXT_ENCODER, "clip_l", Component.TEXT_ENCODER_2, "clip_g", Component.TEXT_ENCODER_3, "t5xxl");

    @TempDir
    private Path folder;

    private Path file;
    private int count;

    @BeforeEach
    void aFile() {
        file = folder.resolve("complete.safetensors");
    }

    private static Path model(String family) {
        try {
            return Path.of(CompleteFileTest.class
                    .getResource("streams/" + family + "/model")
                    .toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void write(String family, String autoencoder, Map<Component, String> encoders, TensorData... more) {
        List<TensorData> tensors = new ArrayList<>(CompleteFile.tensors(model(family), family, autoencoder, encoders));
        tensors.addAll(List.of(more));
        SafetensorsWriter.write(file, tensors, Map.of());
    }

    /** A model's folder whose weights are no longer there. */
    private Path configs(String family) throws IOException {
        Path bare = folder.resolve("configs");
        Trees.copy(model(family), bare);
        try (Stream<Path> all = Files.walk(bare)) {
            for (Path weights :
                    all.filter(each -> each.toString().endsWith(".safetensors")).toList()) {
                Files.delete(weights);
            }
        }
        return bare;
    }

    private static void mustBeSame(ImageModelFiles read, ImageModelFiles wanted) {
        assertThat(read.weights().keySet()).isEqualTo(wanted.weights().keySet());
        wanted.weights().forEach((component, source) -> {
            WeightSource own = read.weights(component);
            assertThat(own.names()).as(component.folder()).isEqualTo(source.names());
            for (String name : source.names()) {
                assertThat(own.info(name).shape())
                        .as(name)
                        .isEqualTo(source.info(name).shape());
                assertThat(HalfFloats.floats(own, name)).as(name).isEqualTo(HalfFloats.floats(source, name));
            }
        });
    }

    @Test
    void fluxPaintsFromAFileAndWhatAFolderHasBesideWeights() throws IOException {
        write("flux", "vae.", FLUX, TensorData.of(clipProjection(), List.of(2L, 2L), new float[4]));
        Path bare = configs("flux");
        List<String> told = new ArrayList<>();
        try (ImageModel opened = ImageModel.open(file, bare, null, told::add);
                ImageModelFiles wanted = ImageModel.files(model("flux"))) {
            mustBeSame(opened.files(), wanted);
        }
        assertThat(told)
                .containsExactly("of " + file + " text_encoder, text_encoder_2, transformer, vae are taken, everything"
                        + " else of " + bare);
        Picture painted = painted(bare);
        Picture wanted = PictureDecoder.decode(model("flux").resolveSibling("base.png"));
        for (int i = 0; i < wanted.rgb().length; i++) {
            assertThat(Math.abs((painted.rgb()[i] & 0xff) - (wanted.rgb()[i] & 0xff)))
                    .isLessThanOrEqualTo(1);
        }
    }

    private Picture painted(Path rest) {
        Options options = Options.NONE
                .with(Option.SEED, 40L)
                .with(Option.STEPS, 3L)
                .with(Option.NEGATIVE, "a dog")
                .with(Option.GUIDANCE, 3.5)
                .with(Option.TRUE_GUIDANCE, 2.0)
                .with(Option.TEXT_LENGTH, 12L)
                .with(Option.WIDTH, 32L)
                .with(Option.HEIGHT, 48L);
        Path out = folder.resolve("out" + count++);
        PictureRequest request = new PictureRequest("a photo of sks cat", options);
        BatchRequest asked = BatchRequest.of(new PromptSource.Requests(List.of(request)), Options.NONE, out, 1, false);
        new BatchGeneration(
                        asked,
                        each -> new TorchPictures(ImageModel.open(file, rest, null, each), Compute.cpu()),
                        line -> {})
                .run();
        return PictureDecoder.decode(out.resolve("00000-40.png"));
    }

    /** The numbers of a tensor as codes of 8 bits: halves without their lower byte. */
    private static TensorData narrow(TensorData wide, Path from, boolean codes) {
        try (WeightSource file = SafetensorsFile.open(from)) {
            String name = wide.info().name();
            float[] values = HalfFloats.floats(file, name);
            ByteBuffer bytes = ByteBuffer.allocate(values.length);
            for (int i = 0; i < values.length; i++) {
                short half = HalfFloats.toFloat16(values[i]);
                bytes.put(i, (byte) (half >> 8));
                values[i] = HalfFloats.fromFloat16((short) (half & 0xff00));
            }
            List<Long> shape = wide.info().shape();
            return codes
                    ? TensorData.of(new TensorInfo(name, DType.F8_E5M2, shape), List.of(bytes))
                    : TensorData.of(name, shape, values, DType.BF16);
        }
    }

    /** A transformer and a T5 in 8 bits paint what the same numbers do in 16, fused layers among them. */
    @Test
    void eightBitsPaintWhatTheSameNumbersDoInSixteen() throws IOException {
        write("flux", "vae.", FLUX);
        Path wide = folder.resolve("wide.safetensors");
        Files.copy(file, wide);
        Path bare = configs("flux");
        List<Picture> painted = new ArrayList<>();
        for (boolean codes : new boolean[] {false, true}) {
            List<TensorData> tensors = new ArrayList<>();
            for (TensorData each : CompleteFile.tensors(model("flux"), "flux", "vae.", FLUX)) {
                boolean linear = each.info().name().matches("(model\\.|text_encoders\\.t5).*")
                        && each.info().shape().size() == 2;
                tensors.add(linear ? narrow(each, wide, codes) : each);
            }
            SafetensorsWriter.write(file, tensors, Map.of());
            painted.add(painted(bare));
        }
        assertThat(painted.get(1).rgb()).isEqualTo(painted.get(0).rgb());
        assertThat(Inspection.of(file, null))
                .anyMatch(line -> line.matches("fp8: \\d+ weights of transformer in F8_E5M2"))
                .anyMatch(line -> line.matches("fp8: \\d+ weights of text_encoder_2 in F8_E5M2"));
    }

    private static String clipProjection() {
        return "text_encoders.clip_l.transformer.text_projection.weight";
    }

    /** With all three encoders, with the CLIPs, and with none: what is not in the file is the folder's. */
    @ParameterizedTest
    @ValueSource(ints = {3, 2, 0})
    void stableDiffusion3IsReadWithAsManyEncodersAsItHas(int encoders) {
        Map<Component, String> some = new TreeMap<>(THIRD);
        if (encoders < 3) {
            some.remove(Component.TEXT_ENCODER_3);
        }
        if (encoders == 0) {
            some.clear();
        }
        write("sd35", "first_stage_model.", some);
        try (ImageModel opened = ImageModel.open(file, model("sd35"), null, line -> {});
                ImageModelFiles wanted = ImageModel.files(model("sd35"))) {
            mustBeSame(opened.files(), wanted);
            for (Component component : some.keySet()) {
                assertThat(opened.files().weights(component).origin()).isEqualTo(file);
            }
        }
        assertThat(Inspection.of(file, null))
                .hasSize(3 + encoders)
                .contains("model: Stable Diffusion 3.5, a single-file checkpoint");
    }

    /** Adapters of text encoders fit where the file has them. */
    @Test
    void adaptersOfItsEncodersFit() {
        write("sd35", "first_stage_model.", THIRD);
        Path kohya = model("sd35").resolveSibling("kohya.safetensors");
        assertThat(Inspection.of(kohya, file)).isEqualTo(Inspection.of(kohya, model("sd35")));
    }

    @Test
    void whatTheFolderHasNoConfigOfIsRefused() throws IOException {
        write("sd35", "first_stage_model.", THIRD);
        Path without = folder.resolve("without");
        Trees.copy(model("sd35"), without);
        Path index = without.resolve("model_index.json");
        Files.writeString(index, Files.readString(index).replaceAll("\"text_encoder_3\": \\[[^\\]]*\\],", ""));
        assertThatThrownBy(() -> ImageModel.open(file, without, null, line -> {}))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("holds a text_encoder_3, but " + without + " has none");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text_encoders.t5xxl.transformer.decoder.block.0.weight",
                "first_stage_model.encoder.down.7.odd",
                "text_encoders.gemma2.transformer.model.norm.weight",
                "control_model.input_hint_block.0.weight"
            })
    void noTensorIsLeftOutInSilence(String odd) {
        write("sd35", "first_stage_model.", THIRD, TensorData.of(odd, List.of(1L), new float[1]));
        assertThatThrownBy(() -> ImageModel.open(file, model("sd35"), null, line -> {}))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(odd);
    }

    @Test
    void trainingAsksForAFolder() {
        write("sd35", "first_stage_model.", THIRD);
        Path recipe = model("sd35").resolveSibling("recipe.yaml");
        List<String> changed = List.of("model=" + file, "output=" + folder.resolve("run"));
        RunRequest request = new RunRequest(recipe, changed, recipe.getParent(), null, 1, true);
        assertThatThrownBy(() -> new DreamBooth().train(request))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(file
                        + " is a single file, which holds neither tokenizers nor configs; training takes a folder");
    }
}
