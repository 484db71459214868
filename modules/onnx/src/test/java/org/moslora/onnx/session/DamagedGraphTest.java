package org.moslora.onnx.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.onnx.graph.Axis;
import org.moslora.onnx.graph.Element;
import org.moslora.onnx.graph.Graph;
import org.moslora.onnx.graph.GraphFile;
import org.moslora.onnx.graph.Layers;
import org.moslora.onnx.graph.MemoryWeights;
import org.moslora.onnx.graph.PlainArray;
import org.moslora.problems.InvalidInput;

/** Whatever happened to a graph's file or to the weights beside it, it is read or refused by its name, and nothing else. */
final class DamagedGraphTest {
    @TempDir
    private Path folder;

    private Path file;
    private byte[] whole;

    @BeforeEach
    void write() throws IOException {
        MemoryWeights weights = new MemoryWeights()
                .with("large.weight", PlainArray.random(1, 16, 16))
                .with("small.weight", PlainArray.random(2, 2, 16));
        Graph graph = new Graph("graph", weights, Element.FLOAT);
        Layers layers = new Layers(graph, Element.FLOAT, "small"::equals);
        var x = graph.input("x", Element.FLOAT, Axis.free("rows"), Axis.of(16));
        graph.output("y", layers.linear("small", layers.linear("large", x)), Axis.free("rows"), Axis.of(2));
        file = folder.resolve("graph.onnx");
        GraphFile.write(file, graph, name -> weights.data(name, Element.FLOAT), true);
        whole = Files.readAllBytes(file);
    }

    /** Everything that is done with a file before its graph is loaded. */
    private void readOrRefused(String what) {
        try {
            GraphHeader header = GraphHeader.read(file);
            for (String weight : new String[] {"small.weight", "large.weight"}) {
                StoredWeight.read(header, weight);
            }
        } catch (InvalidInput refused) {
            assertThat(refused.getMessage())
                    .as(what)
                    .contains(folder.toString())
                    .doesNotContain("\n");
        } catch (RuntimeException escaped) {
            throw new AssertionError(what, escaped);
        }
    }

    @Test
    void anyByteMayBeAnother() throws IOException {
        for (int i = 0; i < whole.length; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= (byte) (i % 2 == 0 ? 1 : 0x80);
            Files.write(file, changed);
            readOrRefused("byte " + i);
        }
    }

    @Test
    void aFileThatEndsTooSoonIsNoGraph() throws IOException {
        for (int length = 0; length < whole.length; length += 3) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> GraphHeader.read(file))
                    .as("%d of %d bytes", length, whole.length)
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining(file.toString());
        }
    }

    @Test
    void aFolderInItsPlaceIsNoGraph() throws IOException {
        Files.delete(file);
        Files.createDirectory(file);
        assertThatThrownBy(() -> GraphHeader.read(file))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("is missing");
    }

    /** Changes what the graph says of where its one large weight lies. */
    private void beside(String key, String value) throws IOException {
        change(model -> model.getGraphBuilder().getInitializerBuilderList().stream()
                .filter(weight -> weight.getName().equals("large.weight"))
                .flatMap(weight -> weight.getExternalDataBuilderList().stream())
                .filter(entry -> entry.getKey().equals(key))
                .forEach(entry -> entry.setValue(value)));
    }

    private void change(Consumer<ModelProto.Builder> change) throws IOException {
        ModelProto.Builder model = ModelProto.parseFrom(whole).toBuilder();
        change.accept(model);
        Files.write(file, model.build().toByteArray());
    }

    @ParameterizedTest
    @CsvSource({
        "offset, 9223372036854775807",
        "length, 9223372036854775807",
        "offset, -4096",
        "length, -1",
        "offset, 4096",
        "length, many",
        "offset, ''",
        "location, ''",
        "location, .",
        "location, ..",
        "location, elsewhere",
        "location, /dev/zero"
    })
    void whatLiesNowhereIsToldBeforeItIsRead(String key, String value) throws IOException {
        beside(key, value);
        assertThatThrownBy(() -> GraphHeader.read(file))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(folder.toString());
    }

    @Test
    void weightsMayNotBeBehindALink(@TempDir Path other) throws IOException {
        Path data = folder.resolve("graph.onnx_data");
        Path away = Files.move(data, other.resolve("data"));
        try {
            Files.createSymbolicLink(data, away);
        } catch (UnsupportedOperationException | IOException none) {
            assumeThat(false).as("there are links here").isTrue();
        }
        assertThatThrownBy(() -> GraphHeader.read(file))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll(file.toString(), "a link out of the folder");
    }

    @Test
    void aWeightWithoutALengthGoesToTheEnd() throws IOException {
        float[] before = StoredWeight.read(GraphHeader.read(file), "large.weight");
        assertThat(before).hasSize(256);
        change(model -> model.getGraphBuilder().getInitializerBuilderList().stream()
                .filter(weight -> weight.getExternalDataCount() > 0)
                .forEach(weight -> weight.clearExternalData()
                        .addExternalData(StringStringEntryProto.newBuilder()
                                .setKey("location")
                                .setValue("graph.onnx_data"))));
        assertThat(StoredWeight.read(GraphHeader.read(file), "large.weight")).containsExactly(before);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 6, 26, 1L << 40})
    void operatorSetsThatDoNotRunHereAreNamed(long opset) throws IOException {
        change(model -> model.getOpsetImportBuilder(0).setVersion(opset));
        assertThatThrownBy(() -> GraphHeader.read(file))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll(file.toString(), "opset " + opset);
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 25})
    void theOldestAndTheNewestThatRunAreRead(long opset) throws IOException {
        change(model -> model.getOpsetImportBuilder(0).setVersion(opset));
        assertThatCode(() -> GraphHeader.read(file)).doesNotThrowAnyException();
    }

    @Test
    void aGraphThatTheRuntimeDoesNotKnowIsRefusedByItsFile() throws IOException {
        change(model -> model.getGraphBuilder().getNodeBuilder(0).setOpType("Unheard"));
        GraphHeader header = GraphHeader.read(file);
        assertThatThrownBy(() -> RunningGraph.open(header, RunSettings.of("cpu", 1)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll(file.toString(), "cannot be loaded", "Unheard");
    }
}
