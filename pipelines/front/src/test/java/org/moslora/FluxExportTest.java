package org.moslora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.moslora.ExportedModel.assertClose;
import static org.moslora.ExportedModel.floats;
import static org.moslora.ExportedModel.ids;
import static org.moslora.ExportedModel.resource;
import static org.moslora.ExportedModel.run;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.examples.clip.ClipTokenizer;
import org.moslora.examples.t5.T5Tokenizer;
import org.moslora.generation.image.ImageModel;
import org.moslora.generation.image.LatentShape;
import org.moslora.generation.image.LoadedTexts;
import org.moslora.generation.image.PromptEmbedding;
import org.moslora.generation.image.TextReading;
import org.moslora.layers.Compute;
import org.moslora.layers.Linears;
import org.moslora.onnx.export.PictureExport;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.session.RunningGraph;
import org.moslora.problems.InvalidInput;

/** A FLUX.1 as ONNX graphs answers what it answers on libtorch, without an adapter and with one given at run time. */
final class FluxExportTest {
    private static final int WORDS = 12;
    private static final LatentShape SHAPE = new LatentShape(4, 4, 6);

    @TempDir
    private Path folder;

    private final Path model = resource("flux/model");

    private ExportedModel exported = new ExportedModel(model, model);

    @BeforeEach
    void export() {
        exported = ExportedModel.of(model, folder.resolve("out"));
    }

    /** [places, channel · row · column], as diffusers packs latents. */
    private static float[] packed(float[] latents) {
        float[] rows = new float[latents.length];
        int width = SHAPE.width();
        for (int c = 0; c < SHAPE.channels(); c++) {
            for (int y = 0; y < SHAPE.height(); y++) {
                for (int x = 0; x < width; x++) {
                    int place = y / 2 * (width / 2) + x / 2;
                    rows[(place * SHAPE.channels() + c) * 4 + y % 2 * 2 + x % 2] =
                            latents[(c * SHAPE.height() + y) * width + x];
                }
            }
        }
        return rows;
    }

    private static float[] places() {
        int width = SHAPE.width() / 2;
        float[] ids = new float[3 * width * SHAPE.height() / 2];
        for (int i = 0; i < ids.length / 3; i++) {
            ids[3 * i + 1] = i / width;
            ids[3 * i + 2] = i % width;
        }
        return ids;
    }

    @Test
    void textEncodersGiveWhatTheyGiveOnLibtorch() throws OrtException {
        try (ImageModel opened = exported.opened();
                LoadedTexts texts = opened.texts(Linears.plain(), Compute.cpu());
                T5Tokenizer deep = T5Tokenizer.open(model.resolve("tokenizer_2"));
                ClipTokenizer clip = ClipTokenizer.open(model.resolve("tokenizer"));
                RunningGraph first = exported.graph("text_encoder");
                RunningGraph second = exported.graph("text_encoder_2")) {
            for (int length : new int[] {WORDS, 200}) {
                PromptEmbedding words = texts.of(ExportedModel.PROMPT, new TextReading(0, length));
                int[] filled = deep.encode(ExportedModel.PROMPT, length).ids();
                assertClose(run(second, ids(second, filled), "last_hidden_state"), words.states());
                int[] given = clip.encode(ExportedModel.PROMPT).ids();
                assertClose(run(first, ids(first, given), "pooler_output"), Objects.requireNonNull(words.pooled()));
            }
        }
    }

    @Test
    void theTransformerAnswersAsOnLibtorchWithAnAdapterAndWithout() throws OrtException {
        try (RunningGraph graph = exported.graph("transformer")) {
            assertThat(graph.header().inputs().keySet())
                    .contains("hidden_states", "encoder_hidden_states", "pooled_projections", "timestep", "guidance")
                    .contains("txt_ids", "img_ids");
        }
        exported.checkTransformer(new Packed(SHAPE, WORDS), resource("flux/kohya.safetensors"));
    }

    private record Packed(LatentShape shape, int words) implements ExportedModel.Asking {
        @Override
        public float[] laid(float[] latents) {
            return packed(latents);
        }

        @Override
        public Map<String, OnnxTensor> inputs(float[] latents, PromptEmbedding words) {
            float[] pooled = Objects.requireNonNull(words.pooled());
            long places = (long) SHAPE.height() * SHAPE.width() / 4;
            Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
            inputs.put("hidden_states", floats(packed(latents), 1, places, 4L * SHAPE.channels()));
            inputs.put("encoder_hidden_states", floats(words.states(), 1, WORDS, words.states().length / WORDS));
            inputs.put("pooled_projections", floats(pooled, 1, pooled.length));
            inputs.put("timestep", floats(new float[] {(float) (ExportedModel.TIME / 1000)}, 1));
            inputs.put("guidance", floats(new float[] {(float) ExportedModel.GUIDANCE}, 1));
            inputs.put("txt_ids", floats(new float[3 * WORDS], WORDS, 3));
            inputs.put("img_ids", floats(places(), places, 3));
            return inputs;
        }
    }

    @Test
    void picturesAreThoseOfLibtorch() {
        exported.checkPictures(exported.everywhere(folder.resolve("adapter.safetensors")), 32);
    }

    @Test
    void theFolderIsWhole() {
        Path out = exported.out();
        for (String part : List.of("text_encoder", "text_encoder_2", "transformer", "vae_encoder", "vae_decoder")) {
            assertThat(out.resolve(part).resolve("model.onnx")).isRegularFile();
            assertThat(out.resolve(part).resolve("config.json")).isRegularFile();
        }
        assertThat(out.resolve("text_encoder_2/config.json")).content().contains("num_hidden_layers");
        assertThat(out.resolve("vae_decoder/config.json")).content().contains("shift_factor");
        assertThat(out.resolve("tokenizer_2/tokenizer.json")).isRegularFile();
        assertThat(out.resolve("scheduler/scheduler_config.json")).isRegularFile();
        assertThat(Files.exists(out.resolve("model_index.json"))).isTrue();
        assertThatThrownBy(
                        () -> PictureExport.write(ExportedModel.request(model, folder.resolve("half"), Element.HALF)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("overflows in fp16");
    }
}
