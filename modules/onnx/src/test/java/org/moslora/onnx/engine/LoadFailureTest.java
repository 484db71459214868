package org.moslora.onnx.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.datasets.tiny.TinyDiffusion;
import org.moslora.datasets.tiny.TinyLlava;
import org.moslora.datasets.tiny.TinyOptions;
import org.moslora.layers.Engine;
import org.moslora.onnx.export.ExportRequest;
import org.moslora.onnx.export.LlavaExport;
import org.moslora.onnx.export.PictureExport;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.session.RunSettings;
import org.moslora.problems.InvalidInput;

/** A folder of which the last graph cannot be loaded leaves none of the others loaded. */
final class LoadFailureTest {
    @TempDir
    private Path folder;

    @Test
    void graphsThatWereLoadedBeforeOneFailedAreLetGo() throws IOException {
        Path maps = Path.of("/proc/self/maps");
        assumeTrue(Files.isReadable(maps));
        Engine.start(1);
        Path llava = TinyLlava.write(
                        folder.resolve("llava"), TinyOptions.standard().withPictures(1, 1))
                .model();
        Path out = folder.resolve("graphs");
        LlavaExport.write(new ExportRequest(llava, out, List.of(), false, List.of(), true, Element.FLOAT, told -> {}));
        OnnxLanguageModelFolder graphs = OnnxLanguageModelFolder.open(out);
        String own = out.toRealPath().toString();
        OnnxLanguageModelRunner whole = OnnxLanguageModelRunner.open(graphs, List.of(), RunSettings.of("cpu", 1));
        assumeTrue(mapped(maps, own), "weights are mapped while they are used");
        whole.close();
        assertThat(mapped(maps, own)).as("closed").isFalse();

        Path decoder = broken(out.resolve("onnx/decoder_model_merged.onnx"));
        assertThatThrownBy(() -> OnnxLanguageModelRunner.open(graphs, List.of(), RunSettings.of("cpu", 1)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(decoder.toString());
        assertThat(mapped(maps, own)).as("refused").isFalse();
    }

    /** Both text encoders are loaded as such a folder is opened. */
    @Test
    void soAreThoseOfAnImageGenerator() throws IOException {
        Path maps = Path.of("/proc/self/maps");
        assumeTrue(Files.isReadable(maps));
        Engine.start(1);
        Path model = TinyDiffusion.large(folder.resolve("sd"), 3, 0).model();
        Path out = folder.resolve("pictures");
        PictureExport.write(
                new ExportRequest(model, out, List.of(), false, List.of(), true, Element.FLOAT, told -> {}));
        String own = out.toRealPath().toString();
        RunSettings settings = RunSettings.of("cpu", 1);
        try (OnnxPictures whole = OnnxPictures.open(out, settings, told -> {})) {
            assumeTrue(whole.batch() > 0 && mapped(maps, own), "weights are mapped while they are used");
        }
        Path encoder = broken(out.resolve("text_encoder_2/model.onnx"));
        assertThatThrownBy(() -> OnnxPictures.open(out, settings, told -> {}))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(encoder.toString());
        assertThat(mapped(maps, own)).isFalse();
    }

    private static Path broken(Path graph) throws IOException {
        ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(graph)).toBuilder();
        model.getGraphBuilder().getNodeBuilder(0).setOpType("Unheard");
        return Files.write(graph, model.build().toByteArray());
    }

    private static boolean mapped(Path maps, String folder) throws IOException {
        return Files.readAllLines(maps).stream().anyMatch(line -> line.contains(folder) && line.endsWith("onnx_data"));
    }
}
