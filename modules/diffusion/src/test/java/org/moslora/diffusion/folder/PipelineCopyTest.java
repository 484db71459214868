package org.moslora.diffusion.folder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightSource;
import org.moslora.testing.Trees;

/** A copy of a generator in which some components have other weights. */
class PipelineCopyTest {
    private static final String NAME = "mid_block.resnets.0.conv1.weight";

    @TempDir
    Path folder;

    private Path model = Path.of("");
    private Path into = Path.of("");

    @BeforeEach
    void write() throws IOException {
        model = TinyModel.first().write(folder.resolve("model"));
        into = Files.createDirectories(folder.resolve("copy"));
        for (String more : List.of(
                "tokenizer/vocab.json",
                "scheduler/scheduler_config.json",
                "unet/diffusion_pytorch_model.bin",
                "unet/diffusion_pytorch_model.safetensors.index.json",
                "unet/model.ONNX",
                "vae/diffusion_pytorch_model.bin",
                "v1-5-pruned.ckpt",
                "v1-5.safetensors",
                "README.md",
                ".moslora")) {
            TinyModel.text(model.resolve(more), more);
        }
        Files.delete(model.resolve("unet/diffusion_pytorch_model.safetensors.index.json"));
    }

    /** Every tensor, twice as large. */
    private static List<TensorData> doubled(WeightSource files) {
        List<TensorData> tensors = new ArrayList<>();
        for (String name : files.names()) {
            float[] values = HalfFloats.floats(files, name);
            for (int i = 0; i < values.length; i++) {
                values[i] *= 2;
            }
            tensors.add(TensorData.of(name, files.info(name).shape(), values));
        }
        return tensors;
    }

    private Set<String> copied() {
        Set<String> names = new TreeSet<>();
        Trees.files(into).forEach(file -> names.add(into.relativize(file).toString()));
        return names;
    }

    @Test
    void everythingElseIsThereAndWhatWouldSayTheOldThingIsNot() throws IOException {
        new PipelineCopy(model, into, true).copyRest(EnumSet.of(Component.UNET));
        assertThat(copied())
                .contains("README.md", "model_index.json", "tokenizer/vocab.json", "scheduler/scheduler_config.json")
                .contains("vae/diffusion_pytorch_model.safetensors", "vae/diffusion_pytorch_model.bin")
                .contains("text_encoder/model.safetensors", "unet/config.json")
                .doesNotContain(".moslora", "v1-5-pruned.ckpt", "v1-5.safetensors")
                .doesNotContain("unet/diffusion_pytorch_model.safetensors", "unet/diffusion_pytorch_model.bin")
                .doesNotContain("unet/model.ONNX");
    }

    @Test
    void aRewrittenComponentIsTheModelsAgainWithItsNewWeights() throws IOException {
        PipelineCopy copy = new PipelineCopy(model, into, true);
        List<String> paths = new ArrayList<>();
        copy.rewrite(Component.UNET, (files, path) -> {
            files.names().forEach(name -> paths.add(path.apply(name)));
            return doubled(files);
        });
        copy.copyRest(EnumSet.of(Component.UNET));
        assertThat(paths).contains("unet." + NAME).allMatch(path -> path.startsWith("unet."));
        try (StableDiffusion before = StableDiffusion.open(model);
                StableDiffusion after = StableDiffusion.open(into)) {
            float[] old = HalfFloats.floats(before.weights(Component.UNET), NAME);
            float[] made = HalfFloats.floats(after.weights(Component.UNET), NAME);
            assertThat(made[5]).isEqualTo(2 * old[5]);
            String other = "encoder.conv_in.weight";
            assertThat(HalfFloats.floats(after.weights(Component.AUTOENCODER), other))
                    .containsExactly(HalfFloats.floats(before.weights(Component.AUTOENCODER), other));
        }
    }

    /** Files of text encoders may lack {@code text_model.}: they keep their own spelling, and paths are the model's. */
    @Test
    void textEncodersKeepTheirSpelling() {
        TinyModel.first().write(model, Component.TEXT_ENCODER, name -> name.replace("text_model.", ""));
        List<String> paths = new ArrayList<>();
        new PipelineCopy(model, into, true).rewrite(Component.TEXT_ENCODER, (files, path) -> {
            assertThat(files.names()).contains("final_layer_norm.weight");
            files.names().forEach(name -> paths.add(path.apply(name)));
            return doubled(files);
        });
        assertThat(paths).contains("text_encoder.text_model.final_layer_norm.weight");
        assertThat(copied()).containsExactly("text_encoder/model.safetensors");
    }

    @ParameterizedTest
    @CsvSource({
        "true, true, diffusion_pytorch_model.fp16.safetensors",
        "true, false, diffusion_pytorch_model.safetensors",
        "false, true, diffusion_pytorch_model.safetensors"
    })
    void aVariantStaysOneWhereThatIsWanted(boolean variant, boolean keeps, String file) throws IOException {
        if (variant) {
            Files.move(
                    model.resolve("unet/diffusion_pytorch_model.safetensors"),
                    model.resolve("unet/diffusion_pytorch_model.fp16.safetensors"));
        }
        new PipelineCopy(model, into, keeps).rewrite(Component.UNET, (files, path) -> doubled(files));
        assertThat(copied()).containsExactly("unet/" + file);
    }

    @Test
    void whatAModelHasIsKnown() {
        PipelineCopy copy = new PipelineCopy(model, into, true);
        assertThat(Stream.of(Component.values()).filter(copy::has))
                .containsExactly(Component.TEXT_ENCODER, Component.UNET, Component.AUTOENCODER);
    }
}
