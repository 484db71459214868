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
import org.moslora.datasets.tiny.TinyLlava;
import org.moslora.datasets.tiny.TinyOptions;
import org.moslora.layers.Engine;
import org.moslora.onnx.export.ExportRequest;
import org.moslora.onnx.export.LlavaExport;
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

        Path decoder = out.resolve("onnx/decoder_model_merged.onnx");
        ModelProto.Builder broken = ModelProto.parseFrom(Files.readAllBytes(decoder)).toBuilder();
        broken.getGraphBuilder().getNodeBuilder(0).setOpType("Unheard");
        Files.write(decoder, broken.build().toByteArray());
        assertThatThrownBy(() -> OnnxLanguageModelRunner.open(graphs, List.of(), RunSettings.of("cpu", 1)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(decoder.toString());
        assertThat(mapped(maps, own)).as("refused").isFalse();
    }

    private static boolean mapped(Path maps, String folder) throws IOException {
        return Files.readAllLines(maps).stream().anyMatch(line -> line.contains(folder) && line.endsWith("onnx_data"));
    }
}
