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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
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

/**
 * A Stable Diffusion 3.5 as ONNX graphs answers what it answers on libtorch, without an adapter and with one given at run
 * time.
 */
final class StableDiffusion3ExportTest {
    private static final int WORDS = 12;
    private static final LatentShape SHAPE = new LatentShape(4, 4, 6);

    @TempDir
    private Path folder;

    private final Path model = resource("sd35/model");

    private ExportedModel exported() {
        return ExportedModel.of(model, folder.resolve("out"));
    }

    @Test
    void textEncodersGiveWhatTheyGiveOnLibtorch() throws OrtException {
        ExportedModel exported = exported();
        try (ImageModel opened = exported.opened();
                LoadedTexts texts = opened.texts(Linears.plain(), Compute.cpu());
                T5Tokenizer deep = T5Tokenizer.open(model.resolve("tokenizer_3"));
                RunningGraph third = exported.graph("text_encoder_3")) {
            PromptEmbedding words = texts.of(ExportedModel.PROMPT, new TextReading(0, WORDS));
            float[] pooled = Objects.requireNonNull(words.pooled());
            float[] last = run(
                    third, ids(third, deep.encode(ExportedModel.PROMPT, WORDS).ids()), "last_hidden_state");
            int width = last.length / WORDS;
            float[] expected = new float[words.states().length];
            float[] ends = new float[pooled.length];
            int[] at = {0, 0};
            for (String encoder : List.of("text_encoder", "text_encoder_2")) {
                beside(exported, encoder, expected, width, ends, at);
            }
            System.arraycopy(last, 0, expected, expected.length - last.length, last.length);
            assertClose(expected, words.states());
            assertClose(ends, pooled);
        }
    }

    /** Puts what an encoder of CLIP's gives behind what the one before has given, row by row. */
    private void beside(ExportedModel exported, String encoder, float[] states, int width, float[] ends, int[] at)
            throws OrtException {
        try (ClipTokenizer clip = ClipTokenizer.open(model.resolve(encoder.replace("text_encoder", "tokenizer")));
                RunningGraph graph = exported.graph(encoder)) {
            int[] given = clip.encode(ExportedModel.PROMPT).ids();
            long layers = graph.header().outputs().keySet().stream()
                            .filter(output -> output.startsWith("hidden_states."))
                            .count()
                    - 1;
            float[] rows = run(graph, ids(graph, given), "hidden_states." + (layers - 1));
            int own = rows.length / given.length;
            for (int row = 0; row < given.length; row++) {
                System.arraycopy(rows, row * own, states, row * width + at[0], own);
            }
            float[] end = run(graph, ids(graph, given), "text_embeds");
            System.arraycopy(end, 0, ends, at[1], end.length);
            at[0] += own;
            at[1] += end.length;
        }
    }

    @Test
    void theTransformerAnswersAsOnLibtorchWithAnAdapterAndWithout() throws OrtException {
        exported().checkTransformer(new Pictures(SHAPE, WORDS), resource("sd35/kohya.safetensors"));
    }

    private record Pictures(LatentShape shape, int words) implements ExportedModel.Asking {
        @Override
        public float[] laid(float[] latents) {
            return latents;
        }

        @Override
        public Map<String, OnnxTensor> inputs(float[] latents, PromptEmbedding words) {
            float[] pooled = Objects.requireNonNull(words.pooled());
            long rows = WORDS + 77L;
            return Map.of(
                    "hidden_states", floats(latents, 1, SHAPE.channels(), SHAPE.height(), SHAPE.width()),
                    "encoder_hidden_states", floats(words.states(), 1, rows, words.states().length / rows),
                    "pooled_projections", floats(pooled, 1, pooled.length),
                    "timestep", floats(new float[] {(float) ExportedModel.TIME}, 1));
        }
    }

    @Test
    void picturesAreThoseOfLibtorchWithT5AndWithout() throws IOException {
        exported().checkPictures(resource("sd35/kohya.safetensors"), 32);
        ExportedModel without = ExportedModel.of(withoutT5(), folder.resolve("short"));
        without.checkPictures(without.everywhere(folder.resolve("adapter.safetensors")), 32);
    }

    @Test
    void theFolderHasT5OnlyWhereTheModelHas() throws IOException {
        Path out = exported().out();
        assertThat(out.resolve("text_encoder_3/config.json")).content().contains("num_hidden_layers");
        assertThat(out.resolve("tokenizer_3/tokenizer.json")).isRegularFile();
        assertThatThrownBy(
                        () -> PictureExport.write(ExportedModel.request(model, folder.resolve("half"), Element.HALF)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("must be fp32 with Stable Diffusion 3.5")
                .hasMessageContaining("without text_encoder_3");
        Path without = withoutT5();
        PictureExport.write(ExportedModel.request(without, folder.resolve("half"), Element.HALF));
        assertThat(folder.resolve("half/text_encoder_2/model.onnx")).isRegularFile();
        assertThat(folder.resolve("half/text_encoder_3")).doesNotExist();
    }

    private Path withoutT5() throws IOException {
        Path to = folder.resolve("without");
        try (Stream<Path> files = Files.walk(model)) {
            for (Path file : files.sorted().toList()) {
                Path copy = to.resolve(model.relativize(file).toString());
                if (!copy.toString().contains("_3")) {
                    Files.copy(file, copy);
                }
            }
        }
        Path index = to.resolve("model_index.json");
        String text = Files.readString(index);
        for (String part : List.of("text_encoder_3", "tokenizer_3")) {
            text = text.replaceAll("\"" + part + "\": \\[[^]]*]", "\"" + part + "\": [null, null]");
        }
        Files.writeString(index, text);
        return to;
    }
}
