package org.moslora.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
    @TempDir
    Path folder;

    @Test
    void bytesAreTheseAndNoOthers() throws IOException {
        Path file = folder.resolve("deep/er/a.safetensors");
        SafetensorsWriter.write(
                file,
                List.of(
                        TensorData.of("b", List.of(), new float[] {-2}),
                        TensorData.of("a", List.of(1L, 2L), new float[] {1, 0.5f})),
                Map.of("z", "\"é\n", "format", "pt"));
        String header = "{\"__metadata__\":{\"format\":\"pt\",\"z\":\"\\\"é\\n\"},"
                + "\"a\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[8,12]}}       ";
        byte[] data = HexFormat.of().parseHex("0000803f0000003f000000c0");
        assertThat(Files.readAllBytes(file)).isEqualTo(Raw.bytes(header, data));
        assertThat(Files.readAllBytes(file)[0] % 8).isZero();
    }

    @Test
    void aCopyOfPythonsFileIsPythonsFile() throws IOException {
        byte[] python = HexFormat.of().parseHex(PythonFile.HEX);
        Path original = Raw.write(folder.resolve("python.safetensors"), python);
        Path copy = folder.resolve("copy.safetensors");
        try (WeightSource source = SafetensorsFile.open(original)) {
            List<TensorData> tensors = new ArrayList<>();
            source.names().forEach(name -> tensors.add(TensorData.copy(source, name)));
            Collections.shuffle(tensors, new Random(1));
            SafetensorsWriter.write(copy, tensors, source.metadata());
        }
        assertThat(Files.readAllBytes(copy)).isEqualTo(python);
    }

    @Test
    void aFileMayReplaceTheOneThatItIsMadeFrom() {
        Path file = folder.resolve("a.safetensors");
        SafetensorsWriter.write(file, List.of(Raw.floats("a", 1, 2)), Map.of());
        try (WeightSource source = SafetensorsFile.open(file)) {
            SafetensorsWriter.write(file, List.of(TensorData.copy(source, "a", "b")), Map.of());
        }
        try (WeightSource source = SafetensorsFile.open(file)) {
            assertThat(HalfFloats.floats(source, "b")).containsExactly(1, 2);
        }
    }

    @Test
    void floatsAreRoundedToTheTypeAskedFor() {
        float[] values = new float[150_000];
        for (int i = 0; i < values.length; i++) {
            // Up to the last float that F16 rounds down to its largest.
            values[i] = i % 65_520;
        }
        Path file = folder.resolve("a.safetensors");
        List<Long> shape = List.of(150_000L);
        SafetensorsWriter.write(
                file,
                Stream.of(DType.F64, DType.F32, DType.F16, DType.BF16)
                        .map(type -> TensorData.of(type.name(), shape, values, type))
                        .toList(),
                Map.of());
        try (WeightSource source = SafetensorsFile.open(file)) {
            assertThat(HalfFloats.floats(source, "F64")).containsExactly(values);
            assertThat(HalfFloats.floats(source, "F32")).containsExactly(values);
            assertThat(HalfFloats.floats(source, "F16")[65_519]).isEqualTo(65_504);
            assertThat(HalfFloats.floats(source, "F16")[140_000]).isEqualTo(8_960);
            assertThat(HalfFloats.floats(source, "BF16")[149_999]).isEqualTo(18_944);
        }
    }

    @Test
    void buffersAreWrittenInTurnAndLeftAlone() {
        ByteBuffer one = Raw.littleEndian(4).putFloat(0, 1);
        ByteBuffer two = Raw.littleEndian(4).putFloat(0, 2).asReadOnlyBuffer();
        TensorInfo info = new TensorInfo("a", DType.F32, List.of(2L));
        Path file = folder.resolve("a.safetensors");
        SafetensorsWriter.write(file, List.of(TensorData.of(info, List.of(one, two))), Map.of());
        assertThat(one.remaining()).isEqualTo(4);
        try (WeightSource source = SafetensorsFile.open(file)) {
            assertThat(HalfFloats.floats(source, "a")).containsExactly(1, 2);
        }
    }

    @Test
    void mistakesOfTheCallerLeaveNoFile() {
        Path file = folder.resolve("a.safetensors");
        TensorData a = Raw.floats("a", 1);
        assertThatThrownBy(() -> SafetensorsWriter.write(file, List.of(a, a), Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SafetensorsWriter.write(file, List.of(Raw.floats("__metadata__", 1)), Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TensorData.of("a", List.of(3L), new float[2]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TensorData.of("a", List.of(2L), new float[2], DType.I8))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TensorData.of(a.info(), List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SafetensorsWriter.write(file, List.of(a, new Liar()), Map.of()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("wrote 0 bytes, not 4");
        assertThat(folder).isEmptyDirectory();
    }

    /** Writes fewer bytes than it says. */
    private record Liar() implements TensorData {
        @Override
        public TensorInfo info() {
            return new TensorInfo("short", DType.F32, List.of(1L));
        }

        @Override
        public void writeTo(WritableByteChannel channel) {}
    }

    @Test
    void shardsAndTheirIndex() throws IOException {
        List<TensorData> tensors = new ArrayList<>(
                List.of(Raw.floats("a", 1, 2), Raw.floats("b", 3), Raw.floats("c", new float[9]), Raw.floats("d", 4)));
        Collections.shuffle(tensors, new Random(3));
        List<Path> files =
                SafetensorsWriter.writeSharded(folder, WeightName.MODEL, 12, tensors, Map.of("format", "pt"));
        assertThat(files)
                .extracting(file -> file.getFileName().toString())
                .containsExactly(
                        "model-00001-of-00003.safetensors",
                        "model-00002-of-00003.safetensors",
                        "model-00003-of-00003.safetensors",
                        "model.safetensors.index.json");
        assertThat(files.get(3)).hasContent("""
                {
                  "metadata": {
                    "total_size": 52
                  },
                  "weight_map": {
                    "a": "model-00001-of-00003.safetensors",
                    "b": "model-00001-of-00003.safetensors",
                    "c": "model-00002-of-00003.safetensors",
                    "d": "model-00003-of-00003.safetensors"
                  }
                }
                """);
        try (WeightSource source = ModelFolder.open(folder)) {
            assertThat(source.names()).containsExactly("a", "b", "c", "d");
            assertThat(HalfFloats.floats(source, "d")).containsExactly(4);
            assertThat(source.metadata()).containsExactly(Map.entry("format", "pt"));
            assertThat(source.file("c")).isEqualTo(files.get(1));
        }
    }

    @Test
    void whatFitsOneFileNeedsNoIndex() {
        List<Path> files = SafetensorsWriter.writeSharded(
                folder, WeightName.of("model").withVariant("fp16"), 1000, List.of(Raw.floats("a", 1)), Map.of());
        assertThat(files).containsExactly(folder.resolve("model.fp16.safetensors"));
        assertThat(folder.toFile().list()).containsExactly("model.fp16.safetensors");
    }
}
