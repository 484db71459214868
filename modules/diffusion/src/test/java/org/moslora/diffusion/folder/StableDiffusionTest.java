package org.moslora.diffusion.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.diffusion.Formula;
import org.moslora.diffusion.unet.Conditioning;
import org.moslora.diffusion.unet.UNet;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Linears;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.HalfFloats;
import org.moslora.testing.Trees;

/** Folders of diffusers, right and wrong. */
class StableDiffusionTest {
    @TempDir
    Path folder;

    @Test
    void saysWhichFamilyAndHowManyParameters() {
        for (TinyModel tiny : List.of(TinyModel.first(), TinyModel.second(), TinyModel.large())) {
            Path path = tiny.write(folder.resolve(tiny.xl() + "-" + tiny.linear()));
            try (StableDiffusion model = StableDiffusion.open(path)) {
                assertThat(model.family())
                        .isEqualTo(
                                tiny.xl()
                                        ? StableDiffusionFamily.STABLE_DIFFUSION_XL
                                        : tiny.linear()
                                                ? StableDiffusionFamily.STABLE_DIFFUSION_2
                                                : StableDiffusionFamily.STABLE_DIFFUSION_1);
                assertThat(model.zeroForEmptyPrompt()).isEqualTo(tiny.xl());
                tiny.shapes()
                        .forEach((component, shapes) -> assertThat(model.parameters())
                                .containsEntry(
                                        component,
                                        shapes.values().stream()
                                                .mapToLong(
                                                        shape -> shape.stream().reduce(1L, (a, b) -> a * b))
                                                .sum()));
                assertThat(model.parameters()).hasSize(tiny.xl() ? 4 : 3);
            }
        }
    }

    @Test
    void buildsComponentsThatOutliveIt() {
        Engine.start(1);
        UNet unet;
        List<String> paths = new ArrayList<>();
        Linears noting = linear -> paths.add(linear.site().path());
        try (StableDiffusion model = StableDiffusion.open(TinyModel.first().write(folder))) {
            unet = model.buildUNet(noting, Compute.cpu());
            model.buildTextEncoders(noting, Compute.cpu()).close();
            model.buildAutoencoder(Compute.cpu()).close();
        }
        assertThat(paths)
                .doesNotHaveDuplicates()
                .contains("unet.conv_in", "unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_out.0")
                .contains("text_encoder.text_model.encoder.layers.1.self_attn.q_proj")
                .allMatch(path -> Component.of(path).isPresent());
        try (unet;
                Arena step = unet.step()) {
            Conditioning conditioning = new Conditioning(List.of(3.0), Formula.array(step, "text", 1, 2, 64));
            assertThat(unet.predict(step, Formula.array(step, "latents", 1, 4, 4, 4), conditioning)
                            .toFloatArray())
                    .hasSize(64)
                    .doesNotContain(Float.NaN);
        }
    }

    @Test
    void readsOldNamesAndConvolutionsOfTheAutoencoder() {
        TinyModel tiny = TinyModel.first();
        tiny.write(folder);
        Map<String, List<Long>> stored = new TreeMap<>(tiny.shapes().get(Component.AUTOENCODER));
        stored.replaceAll((name, shape) ->
                name.matches(".*attentions.*to_.*weight") ? List.of(shape.get(0), shape.get(1), 1L, 1L) : shape);
        tiny.write(
                folder,
                Component.AUTOENCODER,
                name -> name.replace("to_q", "query")
                        .replace("to_k", "key")
                        .replace("to_v", "value")
                        .replace("to_out.0", "proj_attn"),
                stored);
        try (StableDiffusion model = StableDiffusion.open(folder)) {
            String name = "decoder.mid_block.attentions.0.to_k.weight";
            assertThat(model.weights().get(Component.AUTOENCODER).info(name).shape())
                    .containsExactly(64L, 64L);
            assertThat(HalfFloats.floats(model.weights().get(Component.AUTOENCODER), name))
                    .containsExactly(Formula.weight(name, List.of(64L, 64L)));
        }
    }

    @Test
    void readsTextEncodersWithoutPrefixAndVariants() throws IOException {
        TinyModel tiny = TinyModel.first();
        tiny.write(folder);
        Map<String, List<Long>> stored = new TreeMap<>(tiny.shapes().get(Component.TEXT_ENCODER));
        stored.put("embeddings.position_ids", List.of(1L, 9L));
        stored.put("text_projection.weight", List.of(5L, 64L));
        tiny.write(folder, Component.TEXT_ENCODER, name -> name.replace("text_model.", ""), stored);
        Files.move(
                folder.resolve("unet/diffusion_pytorch_model.safetensors"),
                folder.resolve("unet/diffusion_pytorch_model.fp16.safetensors"));
        try (StableDiffusion model = StableDiffusion.open(folder)) {
            assertThat(model.weights().get(Component.TEXT_ENCODER).names())
                    .contains("text_model.final_layer_norm.bias")
                    .noneMatch(name -> name.contains("position_ids"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "vae, there is no such folder",
        "unet/config.json, is absent",
        "unet/diffusion_pytorch_model.safetensors, holds no weights",
        "text_encoder/model.safetensors, expected model.safetensors",
        "model_index.json, is absent"
    })
    void namesWhatIsAbsent(String gone, String what) throws IOException {
        TinyModel.first().write(folder);
        Trees.delete(folder.resolve(gone));
        assertThatThrownBy(() -> StableDiffusion.open(folder))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(gone.contains("/") ? gone.substring(0, gone.indexOf('/')) : gone)
                .hasMessageContaining(what);
    }

    @Test
    void tellsTheProblemsOfAllComponentsTogether() {
        TinyModel tiny = TinyModel.first();
        tiny.write(folder);
        Map<String, List<Long>> unet = new TreeMap<>(tiny.shapes().get(Component.UNET));
        unet.remove("mid_block.attentions.0.proj_in.weight");
        unet.put("mid_block.attentions.7.proj_in.weight", List.of(3L));
        unet.put("conv_in.weight", List.of(64L, 9L, 3L, 3L));
        tiny.write(folder, Component.UNET, name -> name, unet);
        TinyModel.text(folder.resolve("vae/config.json"), "{\"act_fn\": \"relu\"}");
        assertThatThrownBy(() -> StableDiffusion.open(folder))
                .hasMessageContaining("mid_block.attentions.0.proj_in.weight [64, 64, 1, 1] is missing")
                .hasMessageContaining("mid_block.attentions.7.proj_in.weight")
                .hasMessageContaining("conv_in.weight has shape [64, 9, 3, 3], expected [64, 4, 3, 3]")
                .hasMessageContaining("act_fn");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "StableDiffusionPipeline | StableDiffusionInpaintPipeline | StableDiffusionInpaintPipeline",
                "UNet2DConditionModel | UNet3DConditionModel | UNet3DConditionModel",
                "AutoencoderKL | AutoencoderTiny | AutoencoderTiny",
                "\"vae\" | \"other\" | names no vae"
            })
    void refusesOtherPipelinesAndClasses(String right, String wrong, String what) {
        TinyModel tiny = TinyModel.first();
        tiny.write(folder);
        TinyModel.text(folder.resolve("model_index.json"), tiny.index().replace(right, wrong));
        assertThatThrownBy(() -> StableDiffusion.open(folder))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("model_index.json")
                .hasMessageContaining(what);
    }

    @Test
    void refusesTheRefiner() {
        TinyModel tiny = TinyModel.large();
        tiny.write(folder);
        TinyModel.text(
                folder.resolve("model_index.json"),
                tiny.index().replace("\"text_encoder\": [\"x\", \"CLIPTextModel\"]", "\"text_encoder\": [null, null]"));
        assertThatThrownBy(() -> StableDiffusion.open(folder)).hasMessageContaining("refiner");
    }

    @Test
    void refusesComponentsThatDoNotBelongTogether() {
        TinyModel tiny = TinyModel.second();
        tiny.write(folder);
        TinyModel.large().write(folder, Component.UNET, name -> name);
        assertThatThrownBy(() -> StableDiffusion.open(folder))
                .hasMessageContaining("states of width 64, but the UNet reads 128")
                .hasMessageContaining("has 1 text encoders, but its UNet is that of Stable Diffusion XL");
    }
}
