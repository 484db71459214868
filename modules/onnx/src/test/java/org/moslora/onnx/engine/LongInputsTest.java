package org.moslora.onnx.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.datasets.tiny.TinyDiffusion;
import org.moslora.datasets.tiny.TinyLlava;
import org.moslora.datasets.tiny.TinyOptions;
import org.moslora.examples.Example;
import org.moslora.examples.image.PictureInput;
import org.moslora.examples.text.Encoded;
import org.moslora.examples.text.ShownPicture;
import org.moslora.generation.Decoder;
import org.moslora.generation.image.Conditions;
import org.moslora.generation.image.Denoiser;
import org.moslora.generation.image.LatentShape;
import org.moslora.generation.image.PictureEngine;
import org.moslora.generation.image.PromptEmbedding;
import org.moslora.generation.image.TextReading;
import org.moslora.layers.Engine;
import org.moslora.llava.LlavaConfig;
import org.moslora.onnx.export.ExportRequest;
import org.moslora.onnx.export.LlavaExport;
import org.moslora.onnx.export.PictureExport;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.session.RunSettings;

/** Long prompts and large pictures take memory that grows with their length, not with its square. */
final class LongInputsTest {
    private static final RunSettings ONE_THREAD = RunSettings.of("cpu", 1);
    private static final Pieces SHORT = new Pieces(1);
    private static final long MEGABYTE = 1 << 20;

    @TempDir
    static Path folder;

    private static Path talking;
    private static Path model;

    @BeforeAll
    static void export() {
        Engine.start(1);
        Path llava = TinyLlava.write(
                        folder.resolve("llava"), TinyOptions.standard().withPictures(1, 1))
                .model();
        talking = folder.resolve("llava-onnx");
        LlavaExport.write(request(llava, talking, Element.FLOAT));
        model = TinyDiffusion.first(folder.resolve("sd"), 3, 0).model();
    }

    private static ExportRequest request(Path model, Path out, Element element) {
        return new ExportRequest(model, out, List.of(), false, List.of(), false, element, told -> {});
    }

    @Test
    void promptsInPiecesAreThePromptsThemselves() {
        OnnxLanguageModelFolder graphs = OnnxLanguageModelFolder.open(talking);
        LlavaConfig config = (LlavaConfig) java.util.Objects.requireNonNull(graphs.seeing());
        int[] ids = new int[config.imageTokens() + 60];
        Arrays.setAll(ids, i -> i < 10 || i >= 10 + config.imageTokens() ? 3 + i % 20 : config.imageToken());
        int side = config.vision().imageSize();
        float[] pixels = new float[3 * side * side];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) Math.sin(i);
        }
        PictureInput picture = new PictureInput(pixels, side, side, config.imageTokens());
        ShownPicture shown = new ShownPicture(Path.of("1.png"), true, config.imageTokens());
        Example example = new Example(new Encoded("1", ids, ids, new int[0], List.of(shown), 0), List.of(picture));
        assertThat(SHORT.length(graphs.text(), ids.length)).isLessThan(ids.length / 2);
        assertThat(Pieces.USUAL.length(graphs.text(), ids.length)).isGreaterThan(ids.length);
        try (OnnxLanguageModelRunner whole = OnnxLanguageModelRunner.open(graphs, List.of(), ONE_THREAD);
                OnnxLanguageModelRunner cut = OnnxLanguageModelRunner.open(graphs, List.of(), ONE_THREAD, SHORT);
                Decoder.Session one = whole.decoder().open(512);
                Decoder.Session other = cut.decoder().open(512)) {
            assertClose(other.next(ids, List.of(picture)), one.next(ids, List.of(picture)));
            assertThat(other.length()).isEqualTo(ids.length);
            assertClose(other.next(new int[] {7}, List.of()), one.next(new int[] {7}, List.of()));
            assertClose(cut.losses(List.of(example)), whole.losses(List.of(example)));
        }
    }

    private static void assertClose(float[] actual, float[] expected) {
        assertThat(actual).containsExactly(expected, Offset.offset(1e-4f));
    }

    @Test
    void largePicturesKeepNoTablesOfScores() throws IOException {
        Path exported = folder.resolve("float");
        PictureExport.write(request(model, exported, Element.FLOAT));
        Path peak = Path.of("/proc/self/clear_refs");
        assumeTrue(Files.isWritable(peak));
        try (OnnxPictures onnx = OnnxPictures.open(exported, ONE_THREAD, told -> {})) {
            answer(onnx, 8);
            Files.writeString(peak, "5");
            long before = status();
            answer(onnx, 80);
            // A table alone would have 2 rows x 2 heads x 16,384 x 16,384 x 4 bytes, where there is attention at 128 x
            // 128.
            assertThat(status() - before).isLessThan(400 * MEGABYTE);
        }
    }

    @Test
    void graphsInHalfPrecisionAnswerAsThoseInFull() {
        float[][] answers = new float[2][];
        for (Element element : new Element[] {Element.FLOAT, Element.HALF}) {
            Path exported = folder.resolve("as-" + element);
            PictureExport.write(request(model, exported, element));
            try (OnnxPictures onnx = OnnxPictures.open(exported, ONE_THREAD, told -> {})) {
                answers[element == Element.FLOAT ? 0 : 1] = answer(onnx, 16);
            }
        }
        assertThat(answers[1]).containsExactly(answers[0], Offset.offset(3e-2f));
    }

    private static float[] answer(OnnxPictures onnx, int side) {
        PictureEngine engine = onnx.with(List.of());
        LatentShape shape = new LatentShape(4, side, side);
        PromptEmbedding words = engine.texts().of("a cat", TextReading.PLAIN);
        float[] samples = new float[2 * shape.size()];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (float) Math.sin(i);
        }
        try (Denoiser.Session session =
                engine.denoiser().open(new Conditions(shape, List.of(words, words), List.of(), List.of()))) {
            return session.answer(samples, 500);
        }
    }

    /** Bytes of the largest resident set. */
    private static long status() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                        .filter(line -> line.startsWith("VmHWM:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .sum()
                << 10;
    }
}
