package org.moslora.onnx.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.problems.InvalidInput;

/** What a graph's file declares, and what is said of files that are none. */
final class GraphHeaderTest {
    @TempDir
    private Path folder;

    private static ModelProto.Builder model(long opset, String location) {
        GraphProto.Builder graph = GraphProto.newBuilder()
                .addInput(ValueInfoProto.newBuilder().setName("x"))
                .addInput(ValueInfoProto.newBuilder().setName("pair"))
                .addOutput(ValueInfoProto.newBuilder().setName("y"))
                .addInitializer(TensorProto.newBuilder().setName("pair"));
        TensorProto.Builder weight = TensorProto.newBuilder().setName("w");
        if (!location.isEmpty()) {
            weight.addExternalData(entry("location", location)).addExternalData(entry("length", "100"));
        }
        return ModelProto.newBuilder()
                .setProducerName("moslora")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
                .setGraph(graph.addInitializer(weight));
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("model.onnx"), bytes);
    }

    private void refused(byte[] bytes, String... words) throws IOException {
        Path file = write(bytes);
        assertThatThrownBy(() -> GraphHeader.read(file))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll(words)
                .satisfies(thrown -> assertThat(thrown.getMessage()).doesNotContain("\n"));
    }

    @Test
    void inputsWithADefaultAreOptional() throws IOException {
        GraphHeader header = GraphHeader.read(write(model(17, "").build().toByteArray()));
        assertThat(header.inputs()).containsOnlyKeys("x");
        assertThat(header.optional()).containsOnlyKeys("pair");
        assertThat(header.outputs()).containsOnlyKeys("y");
        assertThat(header.isOwn()).isTrue();
        header.check(List.of("x"), List.of(), List.of("y"));
        assertThatThrownBy(() -> header.check(List.of("z"), List.of(), List.of("logits")))
                .hasMessageContainingAll("takes no z", "wants x", "gives no logits");
    }

    @Test
    void whatIsNoGraphIsTold() throws IOException {
        byte[] whole = model(17, "").build().toByteArray();
        refused(Arrays.copyOf(whole, whole.length / 2), "model.onnx");
        refused(new byte[0], "model.onnx");
        byte[] garbage = new byte[10_240];
        for (int i = 0; i < garbage.length; i++) {
            garbage[i] = (byte) i;
        }
        refused(garbage, "no ONNX graph");
        refused(model(99, "").build().toByteArray(), "opset 99");
        assertThatThrownBy(() -> GraphHeader.read(folder.resolve("nowhere.onnx")))
                .hasMessageContaining("is missing");
    }

    @Test
    void externalDataLieInTheFolderWhole() throws IOException {
        refused(model(17, "../outside").build().toByteArray(), "out of the folder");
        refused(model(17, "/etc/hostname").build().toByteArray(), "out of the folder");
        refused(model(17, "data").build().toByteArray(), "data", "missing");
        Files.write(folder.resolve("data"), new byte[99]);
        refused(model(17, "data").build().toByteArray(), "99 bytes", "up to 100");
        Files.write(folder.resolve("data"), new byte[100]);
        assertThat(GraphHeader.read(write(model(17, "data").build().toByteArray()))
                        .inputs())
                .containsKey("x");
    }
}
