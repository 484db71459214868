package org.moslora.onnx.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.datasets.tiny.TinyDiffusion;
import org.moslora.datasets.tiny.TinyLlava;
import org.moslora.datasets.tiny.TinyOptions;
import org.moslora.layers.Engine;
import org.moslora.onnx.graph.Element;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.Digests;

/** What exported folders hold: the files, names and shapes that their readers go by, and the same bytes every time. */
final class ExportTest {
    @TempDir
    static Path folder;

    private static Path diffusion;
    private static Path large;
    private static Path llava;

    @BeforeAll
    static void models() {
        Engine.start(1);
        diffusion = TinyDiffusion.first(folder.resolve("first"), 1, 0).model();
        large = TinyDiffusion.large(folder.resolve("large"), 2, 0).model();
        llava = TinyLlava.write(folder.resolve("llava"), TinyOptions.standard().withPictures(1, 1))
                .model();
    }

    @Test
    void aStableDiffusionHasWhatOptimumOpens() throws IOException {
        Path out = folder.resolve("plain");
        PictureExport.write(request(large, out, false, false, Element.FLOAT));
        assertThat(Stream.of("text_encoder", "text_encoder_2", "unet", "vae_encoder", "vae_decoder"))
                .allSatisfy(part -> {
                    assertThat(out.resolve(part).resolve("model.onnx")).isRegularFile();
                    assertThat(out.resolve(part).resolve("config.json")).isRegularFile();
                });
        GraphProto unet = graph(out.resolve("unet/model.onnx"));
        assertThat(names(unet.getInputList()))
                .containsExactly("sample", "timestep", "encoder_hidden_states", "text_embeds", "time_ids");
        assertThat(names(unet.getOutputList())).containsExactly("out_sample");
        assertThat(Files.readString(out.resolve("vae_decoder/config.json"))).contains("scaling_factor", "force_upcast");
    }

    @Test
    void weightsKeepNamesAndShapes() throws IOException {
        Path out = folder.resolve("named");
        PictureExport.write(request(diffusion, out, false, false, Element.FLOAT));
        Map<String, List<Long>> weights = new TreeMap<>();
        graph(out.resolve("unet/model.onnx"))
                .getInitializerList()
                .forEach(weight -> weights.put(weight.getName(), weight.getDimsList()));
        try (var files = org.moslora.tensors.ModelFolder.open(
                diffusion.resolve("unet"), org.moslora.tensors.WeightName.of("diffusion_pytorch_model"))) {
            files.names()
                    .forEach(name -> assertThat(weights)
                            .containsEntry(name, files.info(name).shape()));
        }
    }

    @Test
    void theSameModelGivesTheSameBytes() throws IOException {
        Path one = folder.resolve("one");
        Path other = folder.resolve("other");
        LlavaExport.write(request(llava, one, false, false, Element.FLOAT));
        LlavaExport.write(request(llava, other, false, false, Element.FLOAT));
        assertThat(digests(one)).isEqualTo(digests(other)).containsKey("onnx/decoder_model_merged.onnx");
    }

    @Test
    void weightsMayLieBesideTheGraph() throws IOException {
        Path out = folder.resolve("beside");
        LlavaExport.write(request(llava, out, false, true, Element.FLOAT));
        Path file = out.resolve("onnx/decoder_model_merged.onnx");
        long size = Files.size(file.resolveSibling("decoder_model_merged.onnx_data"));
        GraphProto graph = graph(file);
        assertThat(graph.getInitializerList())
                .filteredOn(TensorProto::hasDataLocation)
                .isNotEmpty()
                .allSatisfy(weight -> {
                    long offset = Long.parseLong(weight.getExternalData(1).getValue());
                    long length = Long.parseLong(weight.getExternalData(2).getValue());
                    assertThat(offset % 4096).isZero();
                    assertThat(offset + length).isLessThanOrEqualTo(size);
                });
    }

    @Test
    void halfOfTheBytes() throws IOException {
        Path wide = folder.resolve("wide");
        Path half = folder.resolve("half");
        PictureExport.write(request(diffusion, wide, false, false, Element.FLOAT));
        PictureExport.write(request(diffusion, half, false, false, Element.HALF));
        assertThat(Files.size(half.resolve("unet/model.onnx")))
                .isLessThan(Files.size(wide.resolve("unet/model.onnx")) * 8 / 10);
        assertThat(names(graph(half.resolve("unet/model.onnx")).getInputList())).contains("sample");
    }

    @Test
    void layersTakePairsOfAnyRank() throws IOException {
        Path out = folder.resolve("inputs");
        ExportRequest request = new ExportRequest(
                diffusion, out, List.of(), true, List.of("to_q", "conv1"), false, Element.FLOAT, told -> {});
        PictureExport.write(request);
        GraphProto unet = graph(out.resolve("unet/model.onnx"));
        String path = "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q";
        assertThat(names(unet.getInputList())).contains(path + ".lora_A.weight", path + ".lora_B.weight");
        assertThat(names(unet.getInputList())).noneMatch(name -> name.contains("to_k"));
        assertThat(unet.getInitializerList())
                .filteredOn(weight -> weight.getName().equals(path + ".lora_A.weight"))
                .singleElement()
                .satisfies(weight -> assertThat(weight.getDims(1)).isZero());
    }

    @Test
    void nothingIsLeftOfWhatCannotBeExported() {
        Path out = folder.resolve("never");
        List<ScaledAdapter> absent = List.of(new ScaledAdapter(folder.resolve("absent"), 1));
        ExportRequest request =
                new ExportRequest(diffusion, out, absent, false, List.of(), false, Element.FLOAT, told -> {});
        assertThatThrownBy(() -> PictureExport.write(request))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("absent");
        ExportRequest misfit = new ExportRequest(
                diffusion, out, List.of(), true, List.of("to_nothing"), false, Element.FLOAT, told -> {});
        assertThatThrownBy(() -> PictureExport.write(misfit)).hasMessageContaining("to_nothing");
        assertThat(out).doesNotExist();
    }

    private static ExportRequest request(Path model, Path out, boolean inputs, boolean external, Element stored) {
        return new ExportRequest(model, out, List.of(), inputs, List.of(), external, stored, told -> {});
    }

    private static GraphProto graph(Path file) throws IOException {
        return ModelProto.parseFrom(Files.readAllBytes(file)).getGraph();
    }

    private static List<String> names(List<ValueInfoProto> values) {
        return values.stream().map(ValueInfoProto::getName).toList();
    }

    private static Map<String, String> digests(Path out) throws IOException {
        Map<String, String> digests = new TreeMap<>();
        try (Stream<Path> files = Files.walk(out)) {
            files.filter(Files::isRegularFile)
                    .forEach(file -> digests.put(out.relativize(file).toString(), Digests.sha256(file)));
        }
        return digests;
    }
}
