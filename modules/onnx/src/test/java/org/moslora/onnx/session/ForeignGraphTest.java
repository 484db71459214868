package org.moslora.onnx.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.problems.InvalidInput;

/** A graph that another program wrote is read, asked in the formats that it declares, and its weights are found. */
final class ForeignGraphTest {
    /**
     * By onnx 1.20's helpers: {@code ids} INT32 [batch, 2] cast and multiplied with {@code w} FLOAT16 [2, 2] to {@code y};
     * {@code t} a FLOAT handed on as {@code z}; {@code v} an input with a default in {@code float_data}; {@code i} INT64
     * and {@code b} FLOAT, which nobody reads; opset 21, and one of {@code ai.onnx.ml}.
     */
    private static final String MODEL =
            "CAoSCWVsc2V3aGVyZRoBMTIBeDqLAgoZCgNpZHMSAWMiBENhc3QqCQoCdG8YCqABAgoRCgFjCgF3EgF5IgZNYXRN"
                    + "dWwKEAoBdBIBeiIISWRlbnRpdHkSDm1hZGUgZWxzZXdoZXJlKhMIAggCEApCAXdKCAA8AMEAMP97KhUIAxABIgwAAMA/AAAAwOaxYX9CAXYqGQgC"
                    + "EAdCAWlKEAcAAAAAAAAACAAAAAAAAAAqEQgCEAFCAWJKCM3MzD1gQqKNWhoKA2lkcxITChEIBhINCgcSBWJhdGNoCgIIAloLCgF0EgYKBAgBEgBa"
                    + "DwoBdhIKCggIARIECgIIA2IYCgF5EhMKEQgKEg0KBxIFYmF0Y2gKAggCYgsKAXoSBgoECAESAEIECgAQFUIOCgphaS5vbm54Lm1sEAM=";

    @TempDir
    private Path folder;

    private GraphHeader header;

    @BeforeEach
    void write() throws IOException {
        header = GraphHeader.read(
                Files.write(folder.resolve("model.onnx"), Base64.getDecoder().decode(MODEL)));
    }

    @Test
    void itsHeaderSaysWhatItDeclares() {
        assertThat(header.inputs())
                .containsOnly(
                        Map.entry("ids", new DeclaredValue(DeclaredValue.INT32, List.of(-1L, 2L))),
                        Map.entry("t", new DeclaredValue(DeclaredValue.FLOAT, List.of())));
        assertThat(header.optional()).containsOnly(Map.entry("v", new DeclaredValue(DeclaredValue.FLOAT, List.of(3L))));
        assertThat(header.outputs())
                .containsEntry("y", new DeclaredValue(DeclaredValue.HALF, List.of(-1L, 2L)))
                .containsOnlyKeys("y", "z");
        assertThat(header.isOwn()).isFalse();
        assertThat(header.blockwise()).isFalse();
        assertThat(header.takesHalves()).isFalse();
    }

    @Test
    void itIsAskedInTheFormatsThatItDeclares() throws Exception {
        try (RunningGraph graph = RunningGraph.open(header, RunSettings.of("cpu", 1));
                OnnxTensor ids = graph.whole("ids", new long[] {2, 4, 1, 0}, 2, 2);
                OnnxTensor t = graph.whole("t", new long[] {-3});
                var made = graph.run(Map.of("ids", ids, "t", t), Set.of("y", "z"), Map.of(), null, false)) {
            float[][] y = (float[][]) made.get("y").orElseThrow().getValue();
            assertThat(y[1]).containsExactly(1, -2.5f);
            assertThat(y[0][0]).isCloseTo(2.5f, within(1e-3f));
            assertThat(made.get("z").orElseThrow().getValue()).isEqualTo(-3f);
        }
    }

    @Test
    void itsWeightsAreReadInBothFormats() {
        assertThat(StoredWeight.read(header, "w")).containsExactly(1, -2.5f, 0.125f, 65504);
        assertThat(StoredWeight.read(header, "b")).containsExactly(0.1f, -1e-30f);
    }

    @ParameterizedTest
    @CsvSource({"i, whole numbers", "absent, nothing", "y, an output", "ids, an input without a default"})
    void whatIsNoWeightOfNumbersIsRefusedByName(String name, String why) {
        assertThatThrownBy(() -> StoredWeight.read(header, name))
                .as(why)
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll(header.file().toString(), "no " + name);
    }

    @Test
    void lengthsOfAxesAreComparedWithTheConfigs() {
        header.mustBe("ids", 1, "hidden_size", 2);
        header.mustBe("ids", 0, "batch", 77);
        header.mustBe("absent", 0, "hidden_size", 5);
        header.mustGive("y", 5, "hidden_size", 5);
        assertThatThrownBy(() -> header.mustBe("ids", 1, "hidden_size", 3))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll(header.file().toString(), "takes ids of [?, 2]", "hidden_size 3");
        assertThatThrownBy(() -> header.mustGive("y", 1, "vocab_size", 3))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll("gives y of [?, 2]", "vocab_size 3");
    }

    @ParameterizedTest
    @CsvSource({"'ids,t', '', 'y,z', ''", "'ids', 't,more', 'y', ''", "'ids', '', 'y', 'wants t'"})
    void whatACallerGivesAndReadsIsComparedWithIt(String needed, String known, String wanted, String wrong) {
        List<String> outputs = List.of(wanted.split(","));
        Runnable check = () -> header.check(List.of(needed.split(",")), List.of(known.split(",")), outputs);
        if (wrong.isEmpty()) {
            check.run();
        } else {
            assertThatThrownBy(check::run).isInstanceOf(InvalidInput.class).hasMessageContaining(wrong);
        }
    }
}
