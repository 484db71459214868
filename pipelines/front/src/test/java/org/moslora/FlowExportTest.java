package org.moslora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.moslora.ExportedModel.assertClose;
import static org.moslora.ExportedModel.floats;
import static org.moslora.ExportedModel.run;

import ai.djl.ndarray.NDArray;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.datasets.tiny.TinyDiffusion;
import org.moslora.diffusion.autoencoder.Autoencoder;
import org.moslora.diffusion.folder.ImageModelFiles;
import org.moslora.generation.image.ImageModel;
import org.moslora.generation.image.LatentShape;
import org.moslora.generation.image.LoadedTexts;
import org.moslora.generation.image.PromptEmbedding;
import org.moslora.generation.image.TextReading;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Linears;
import org.moslora.onnx.export.PictureExport;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.session.RunningGraph;
import org.moslora.problems.InvalidInput;

/**
 * A Z-Image and a FLUX.2 klein as ONNX graphs answer what they answer on libtorch, without an adapter and with one given at
 * run time.
 */
final class FlowExportTest {
    private static final int WORDS = 60;
    private static final LatentShape LATENTS = new LatentShape(4, 8, 10);
    private static final LatentShape PACKED = new LatentShape(16, 3, 4);
    private static final String NO_THOUGHT = "<think>\n\n</think>\n\n";

    @TempDir
    private Path folder;

    private ExportedModel zImage() {
        return ExportedModel.of(TinyDiffusion.flow(folder.resolve("tiny"), 5, 1).model(), folder.resolve("out"));
    }

    private ExportedModel klein() {
        return ExportedModel.of(
                TinyDiffusion.klein(folder.resolve("tiny"), 6, 1).model(), folder.resolve("out"));
    }

    private static Map<String, OnnxTensor> text(RunningGraph graph, int[] ids, int length, int filling) {
        long[] whole = new long[length];
        Arrays.fill(whole, filling);
        long[] mask = new long[length];
        for (int i = 0; i < ids.length; i++) {
            whole[i] = ids[i];
            mask[i] = 1;
        }
        return Map.of(
                "input_ids", graph.whole("input_ids", whole, 1, length),
                "attention_mask", graph.whole("attention_mask", mask, 1, length));
    }

    @Test
    void zImagesTextIsWhatTheLastBlockReads() throws OrtException {
        ExportedModel exported = zImage();
        try (ImageModel opened = exported.opened();
                LoadedTexts texts = opened.texts(Linears.plain(), Compute.cpu());
                RunningGraph graph = exported.graph("text_encoder")) {
            int[] ids = exported.chat("");
            float[] states =
                    texts.of(ExportedModel.PROMPT, new TextReading(0, WORDS)).states();
            assertClose(run(graph, text(graph, ids, ids.length, 0), "hidden_states.2"), states);
            // What fills a text up changes nothing about its own rows.
            float[] longer = run(graph, text(graph, ids, WORDS + 7, 0), "hidden_states.2");
            assertClose(Arrays.copyOf(longer, states.length), states);
        }
    }

    @Test
    void kleinsTextIsThreeStatesOfEveryRow() throws OrtException {
        ExportedModel exported = klein();
        try (ImageModel opened = exported.opened();
                LoadedTexts texts = opened.texts(Linears.plain(), Compute.cpu());
                RunningGraph graph = exported.graph("text_encoder")) {
            int[] ids = exported.chat(NO_THOUGHT);
            int length = ids.length + 4;
            float[] states =
                    texts.of(ExportedModel.PROMPT, new TextReading(0, length)).states();
            int width = states.length / length / 3;
            for (int i = 0; i < 3; i++) {
                float[] rows = run(graph, text(graph, ids, length, exported.filling()), "hidden_states." + (9 + 9 * i));
                for (int row = 0; row < length; row++) {
                    int from = (3 * row + i) * width;
                    assertClose(
                            Arrays.copyOfRange(rows, row * width, (row + 1) * width),
                            Arrays.copyOfRange(states, from, from + width));
                }
            }
        }
    }

    @Test
    void zImagesTransformerAnswersAsOnLibtorchWithAnAdapterAndWithout() throws OrtException {
        ExportedModel exported = zImage();
        exported.checkTransformer(
                new Refined(LATENTS, WORDS), exported.everywhere(folder.resolve("adapter.safetensors")));
    }

    private record Refined(LatentShape shape, int words) implements ExportedModel.Asking {
        @Override
        public float[] laid(float[] latents) {
            float[] turned = new float[latents.length];
            for (int i = 0; i < turned.length; i++) {
                turned[i] = -latents[i];
            }
            return turned;
        }

        @Override
        public Map<String, OnnxTensor> inputs(float[] latents, PromptEmbedding words) {
            int width = 16;
            long tokens = words.states().length / width;
            return Map.of(
                    "hidden_states", floats(latents, 1, LATENTS.channels(), LATENTS.height(), LATENTS.width()),
                    "encoder_hidden_states", floats(words.states(), 1, tokens, width),
                    "timestep", floats(new float[] {(float) (1 - ExportedModel.TIME / 1000)}, 1));
        }
    }

    @Test
    void kleinsTransformerAnswersAsOnLibtorchWithAnAdapterAndWithout() throws OrtException {
        ExportedModel exported = klein();
        exported.checkTransformer(
                new Placed(PACKED, WORDS), exported.everywhere(folder.resolve("adapter.safetensors")));
    }

    private record Placed(LatentShape shape, int words) implements ExportedModel.Asking {
        /** [places, channels] */
        @Override
        public float[] laid(float[] latents) {
            int places = PACKED.height() * PACKED.width();
            float[] rows = new float[latents.length];
            for (int i = 0; i < rows.length; i++) {
                rows[i % places * PACKED.channels() + i / places] = latents[i];
            }
            return rows;
        }

        @Override
        public Map<String, OnnxTensor> inputs(float[] latents, PromptEmbedding words) {
            int places = PACKED.height() * PACKED.width();
            float[] text = new float[4 * WORDS];
            for (int i = 0; i < WORDS; i++) {
                text[4 * i + 3] = i;
            }
            float[] at = new float[4 * places];
            for (int i = 0; i < places; i++) {
                at[4 * i + 1] = i / PACKED.width();
                at[4 * i + 2] = i % PACKED.width();
            }
            Map<String, OnnxTensor> inputs = new HashMap<>();
            inputs.put("hidden_states", floats(laid(latents), 1, places, PACKED.channels()));
            inputs.put("encoder_hidden_states", floats(words.states(), 1, WORDS, words.states().length / WORDS));
            inputs.put("timestep", floats(new float[] {(float) (ExportedModel.TIME / 1000)}, 1));
            inputs.put("txt_ids", floats(text, WORDS, 4));
            inputs.put("img_ids", floats(at, places, 4));
            return inputs;
        }
    }

    @Test
    void kleinsAutoencoderTakesLatentsAsTheTransformerSeesThem() throws OrtException {
        ExportedModel exported = klein();
        try (ImageModelFiles files = ImageModel.files(exported.model());
                Autoencoder autoencoder = files.buildAutoencoder(Compute.cpu());
                Arena step = autoencoder.step();
                RunningGraph decoder = exported.graph("vae_decoder");
                RunningGraph encoder = exported.graph("vae_encoder")) {
            float[] seen = new float[PACKED.size()];
            for (int i = 0; i < seen.length; i++) {
                seen[i] = (float) Math.sin(i);
            }
            long[] shape = {1, PACKED.channels(), PACKED.height(), PACKED.width()};
            NDArray picture = autoencoder.decode(step, step.floats(seen, shape));
            float[] pixels = run(decoder, Map.of("latent_sample", floats(seen, shape)), "sample");
            assertClose(pixels, picture.toFloatArray());
            float[] latents = autoencoder
                    .latents(step, autoencoder.encode(step, picture), null)
                    .toFloatArray();
            OnnxTensor given = floats(pixels, picture.getShape().getShape());
            assertClose(run(encoder, Map.of("sample", given), "latent_sample"), latents);
        }
    }

    @Test
    void picturesAreThoseOfLibtorch() {
        ExportedModel zImage = zImage();
        zImage.checkPictures(zImage.everywhere(folder.resolve("adapter.safetensors")), 32);
        Path other = folder.resolve("klein");
        Path model = TinyDiffusion.klein(other, 6, 1).model();
        ExportedModel klein = ExportedModel.of(model, other.resolve("out"));
        klein.checkPictures(klein.everywhere(other.resolve("adapter.safetensors")), 32);
    }

    @Test
    void foldersAreWhole() {
        ExportedModel exported = zImage();
        assertThat(exported.out().resolve("vae_decoder/config.json")).content().contains("shift_factor");
        assertThat(exported.out().resolve("tokenizer/tokenizer_config.json")).isRegularFile();
        assertThat(exported.out().resolve("scheduler/scheduler_config.json")).isRegularFile();
        assertThatThrownBy(() -> PictureExport.write(
                        ExportedModel.request(exported.model(), folder.resolve("half"), Element.HALF)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("must be fp32 with Z-Image");
        assertThat(folder.resolve("half")).doesNotExist();
    }
}
