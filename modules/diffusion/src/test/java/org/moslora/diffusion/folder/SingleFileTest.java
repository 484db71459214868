package org.moslora.diffusion.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.diffusion.Formula;
import org.moslora.diffusion.ldm.UNetSpelling;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightSource;

/**
 * Single-file checkpoints written here by renaming, cutting and joining what a folder holds: opened, they must give the
 * folder's tensors and configs again.
 */
class SingleFileTest {
    private static final Map<String, String> AUTOENCODER =
            Map.of("to_q.", "q.", "to_k.", "k.", "to_v.", "v.", "to_out.0.", "proj_out.", "group_norm.", "norm.");

    @TempDir
    Path folder;

    @Test
    void givesWhatTheFolderOfStableDiffusion1Gives() {
        TinyModel tiny = TinyModel.first();
        Map<String, TensorData> tensors = common(tiny);
        hubText(tensors, tiny, Component.TEXT_ENCODER, "cond_stage_model.transformer.");
        put(tensors, "cond_stage_model.transformer.text_model.embeddings.position_ids", List.of(1L, 9L), "ids");
        put(tensors, "alphas_cumprod", List.of(7L), "alphas");
        put(tensors, "first_stage_model.model_ema.decay", List.of(1L), "decay");
        same(tiny, tensors);
    }

    @Test
    void givesWhatTheFolderOfStableDiffusion2Gives() {
        TinyModel tiny = TinyModel.second();
        Map<String, TensorData> tensors = common(tiny);
        openText(tensors, tiny, Component.TEXT_ENCODER, "cond_stage_model.model.");
        // The last block is stored and never run, and the projection is not used.
        put(tensors, "cond_stage_model.model.transformer.resblocks.2.ln_1.weight", List.of(64L), "unused");
        put(tensors, "cond_stage_model.model.transformer.resblocks.2.ln_1.bias", List.of(64L), "unused");
        put(tensors, "cond_stage_model.model.text_projection", List.of(64L, 64L), "unused");
        put(tensors, "cond_stage_model.model.logit_scale", List.of(1L), "unused");
        same(tiny, tensors);
    }

    @Test
    void givesWhatTheFolderOfStableDiffusionXlGives() {
        TinyModel tiny = TinyModel.large();
        Map<String, TensorData> tensors = common(tiny);
        hubText(tensors, tiny, Component.TEXT_ENCODER, "conditioner.embedders.0.transformer.");
        openText(tensors, tiny, Component.TEXT_ENCODER_2, "conditioner.embedders.1.model.");
        same(tiny, tensors);
    }

    @Test
    void namesWhatIsMissingAndWhatIsStrange() {
        TinyModel tiny = TinyModel.first();
        Map<String, TensorData> tensors = common(tiny);
        hubText(tensors, tiny, Component.TEXT_ENCODER, "cond_stage_model.transformer.");
        tensors.remove("model.diffusion_model.middle_block.1.proj_in.bias");
        put(tensors, "control_model.input.weight", List.of(2L), "strange");
        Path file = write(tensors);
        assertThatThrownBy(() -> StableDiffusion.open(file))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("model.diffusion_model.middle_block.1.proj_in.bias is missing")
                .hasMessageContaining("control_model.input.weight");
    }

    @Test
    void refusesOtherFiles() {
        Map<String, TensorData> tensors = new TreeMap<>();
        put(tensors, "model.layers.0.mlp.up_proj.weight", List.of(2L, 2L), "llama");
        Path file = write(tensors);
        assertThatThrownBy(() -> StableDiffusion.open(file)).hasMessageContaining("no Stable Diffusion checkpoint");
        assertThatThrownBy(() -> StableDiffusion.open(folder.resolve("nowhere")))
                .hasMessageContaining("no such file or folder");
        Map<String, TensorData> alone = common(TinyModel.first());
        Path unet = write(alone);
        assertThatThrownBy(() -> StableDiffusion.open(unet)).hasMessageContaining("no text encoder");
        put(alone, "conditioner.embedders.0.model.ln_final.weight", List.of(2L), "refiner");
        Path refiner = write(alone);
        assertThatThrownBy(() -> StableDiffusion.open(refiner)).hasMessageContaining("refiner");
    }

    private void same(TinyModel tiny, Map<String, TensorData> tensors) {
        Path path = tiny.write(folder.resolve("folder"));
        try (StableDiffusion expected = StableDiffusion.open(path);
                StableDiffusion actual = StableDiffusion.open(write(tensors))) {
            assertThat(actual.isSingleFile()).isTrue();
            assertThat(actual.family()).isEqualTo(expected.family());
            assertThat(actual.textEncoders()).isEqualTo(expected.textEncoders());
            assertThat(actual.unet().levels()).isEqualTo(expected.unet().levels());
            assertThat(actual.unet().added()).isEqualTo(expected.unet().added());
            assertThat(actual.unet().textWidth()).isEqualTo(expected.unet().textWidth());
            assertThat(actual.unet().upcast()).isEqualTo(expected.unet().upcast());
            assertThat(actual.autoencoder().channels())
                    .isEqualTo(expected.autoencoder().channels());
            assertThat(actual.autoencoder().scalingFactor()).isEqualTo(tiny.xl() ? 0.13025 : 0.18215);
            assertThat(actual.parameters()).isEqualTo(expected.parameters());
            expected.weights()
                    .forEach((component, source) ->
                            sameTensors(source, actual.weights().get(component)));
        }
    }

    private static void sameTensors(WeightSource expected, WeightSource actual) {
        assertThat(actual.names()).isEqualTo(expected.names());
        for (String name : expected.names()) {
            assertThat(actual.info(name)).isEqualTo(expected.info(name));
            assertThat(Arrays.equals(HalfFloats.floats(actual, name), HalfFloats.floats(expected, name)))
                    .as(name)
                    .isTrue();
        }
    }

    private Path write(Map<String, TensorData> tensors) {
        Path file = folder.resolve("model.safetensors");
        TinyModel.tensors(file, new ArrayList<>(tensors.values()));
        return file;
    }

    private static Map<String, TensorData> common(TinyModel tiny) {
        Map<String, TensorData> tensors = new TreeMap<>();
        UNetSpelling spelling = new UNetSpelling(tiny.unet());
        tiny.shapes()
                .get(Component.UNET)
                .forEach((name, shape) -> put(tensors, "model.diffusion_model." + spelling.tensor(name), shape, name));
        tiny.shapes().get(Component.AUTOENCODER).forEach((name, shape) -> {
            boolean projection = name.contains("attentions.0.to_") && shape.size() == 2;
            put(
                    tensors,
                    "first_stage_model." + autoencoder(name),
                    projection ? List.of(shape.get(0), shape.get(1), 1L, 1L) : shape,
                    name);
        });
        return tensors;
    }

    private static String autoencoder(String name) {
        String spelt = name.replace("conv_norm_out", "norm_out")
                .replaceAll("down_blocks\\.(\\d)\\.resnets\\.(\\d)", "down.$1.block.$2")
                .replaceAll("up_blocks\\.0\\.resnets\\.(\\d)", "up.1.block.$1")
                .replaceAll("up_blocks\\.1\\.resnets\\.(\\d)", "up.0.block.$1")
                .replace("down_blocks.0.downsamplers.0.conv", "down.0.downsample.conv")
                .replace("up_blocks.0.upsamplers.0.conv", "up.1.upsample.conv")
                .replace("mid_block.resnets.0", "mid.block_1")
                .replace("mid_block.resnets.1", "mid.block_2")
                .replace("mid_block.attentions.0", "mid.attn_1")
                .replace("conv_shortcut", "nin_shortcut");
        if (spelt.contains("attn_1")) {
            for (Map.Entry<String, String> part : AUTOENCODER.entrySet()) {
                spelt = spelt.replace(part.getKey(), part.getValue());
            }
        }
        return spelt;
    }

    private static void hubText(Map<String, TensorData> tensors, TinyModel tiny, Component component, String prefix) {
        tiny.shapes().get(component).forEach((name, shape) -> put(tensors, prefix + name, shape, name));
    }

    private static void openText(Map<String, TensorData> tensors, TinyModel tiny, Component component, String prefix) {
        tiny.shapes().get(component).forEach((name, shape) -> {
            String spelt = name.replace("text_model.encoder.layers.", "transformer.resblocks.")
                    .replace("text_model.embeddings.position_embedding.weight", "positional_embedding")
                    .replace("text_model.embeddings.", "")
                    .replace("text_model.final_layer_norm", "ln_final")
                    .replace("layer_norm", "ln_")
                    .replace("self_attn.out_proj", "attn.out_proj")
                    .replace("fc1", "c_fc")
                    .replace("fc2", "c_proj");
            if (name.equals("text_projection.weight")) {
                float[] turned = transposed(Formula.weight(name, shape), shape);
                List<Long> other = List.of(shape.get(1), shape.get(0));
                tensors.put(prefix, TensorData.of(prefix + "text_projection", other, turned));
            } else if (name.contains("q_proj")) {
                float[] joined = joined(name, shape);
                List<Long> tall = new ArrayList<>(shape);
                tall.set(0, 3 * shape.get(0));
                String file = prefix + spelt.replace("self_attn.q_proj.", "attn.in_proj_");
                tensors.put(file, TensorData.of(file, tall, joined));
            } else if (!name.contains("k_proj") && !name.contains("v_proj")) {
                put(tensors, prefix + spelt, shape, name);
            }
        });
    }

    private static float[] joined(String query, List<Long> shape) {
        float[] q = Formula.weight(query, shape);
        float[] all = Arrays.copyOf(q, 3 * q.length);
        System.arraycopy(Formula.weight(query.replace("q_proj", "k_proj"), shape), 0, all, q.length, q.length);
        System.arraycopy(Formula.weight(query.replace("q_proj", "v_proj"), shape), 0, all, 2 * q.length, q.length);
        return all;
    }

    private static float[] transposed(float[] matrix, List<Long> shape) {
        int rows = shape.get(0).intValue();
        int columns = shape.get(1).intValue();
        float[] turned = new float[matrix.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                turned[j * rows + i] = matrix[i * columns + j];
            }
        }
        return turned;
    }

    private static void put(Map<String, TensorData> tensors, String file, List<Long> shape, String formula) {
        tensors.put(file, TensorData.of(file, shape, Formula.weight(formula, shape)));
    }
}
