package org.moslora.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.problems.InvalidInput;

class SafetensorsFileTest {
    @TempDir
    Path folder;

    private WeightSource open(String header, byte... data) {
        return SafetensorsFile.open(Raw.write(folder.resolve("x.safetensors"), header, data));
    }

    @Test
    void readsWhatIsThere() {
        try (WeightSource source = open(
                "{\"b\":{\"dtype\":\"I16\",\"shape\":[2],\"data_offsets\":[0,4]},"
                        + "\"__metadata__\":{\"z\":\"1\",\"format\":\"pt\"},"
                        + "\"a\":{\"data_offsets\":[4,6],\"shape\":[1,2],\"dtype\":\"U8\"}}   ",
                (byte) 1,
                (byte) 2,
                (byte) 3,
                (byte) 4,
                (byte) 5,
                (byte) 6)) {
            assertThat(source.names()).containsExactly("a", "b");
            assertThat(source.info("a")).isEqualTo(new TensorInfo("a", DType.U8, List.of(1L, 2L)));
            assertThat(source.metadata()).containsExactly(Map.entry("format", "pt"), Map.entry("z", "1"));
            ByteBuffer bytes = source.bytes("b").get(0);
            assertThat(bytes.isDirect()).isTrue();
            assertThat(bytes.isReadOnly()).isTrue();
            assertThat(bytes.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
            assertThat(bytes.getShort(0)).isEqualTo((short) 0x0201);
            assertThat(source.bytes("a").get(0).get(1)).isEqualTo((byte) 6);
            assertThat(source.file("a")).isEqualTo(folder.resolve("x.safetensors"));
            assertThat(source.origin()).isEqualTo(folder.resolve("x.safetensors"));
        }
    }

    @Test
    void readsAFileOfPythonsLibrary() {
        Path file = Raw.write(folder.resolve("py.safetensors"), HexFormat.of().parseHex(PythonFile.HEX));
        try (WeightSource source = SafetensorsFile.open(file)) {
            assertThat(source.names()).containsExactly("a", "b", "c", "d", "e", "h", "i", "n", "s", "u", "z.bool");
            assertThat(source.bytes("n").get(0).getLong(0)).isEqualTo(7);
            assertThat(source.info("n").shape()).isEmpty();
            assertThat(source.info("n").elements()).isEqualTo(1);
            assertThat(HalfFloats.floats(source, "a")).containsExactly(1, 2, 3);
            assertThat(HalfFloats.floats(source, "b")).containsExactly(1.5f, -2);
            assertThat(HalfFloats.floats(source, "h")).containsExactly(0.099975586f);
            assertThat(HalfFloats.floats(source, "d")).containsExactly(0.1f);
            assertThat(HalfFloats.floats(source, "e")).isEmpty();
            assertThat(source.info("e").shape()).containsExactly(0L, 4L);
            assertThat(source.bytes("e")).singleElement().matches(buffer -> !buffer.hasRemaining());
        }
    }

    @Test
    void aFileWithoutTensorsIsAFile() {
        try (WeightSource source = open("{}")) {
            assertThat(source.names()).isEmpty();
        }
    }

    @Test
    void buffersOutliveTheSource() {
        WeightSource source = open("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", (byte) 9);
        ByteBuffer bytes = source.bytes("a").get(0);
        source.close();
        assertThat(bytes.get(0)).isEqualTo((byte) 9);
        assertThatThrownBy(() -> source.bytes("a")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anUnknownNameSuggestsTheNearest() {
        try (WeightSource source =
                open("{\"weight\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", (byte) 9)) {
            assertThatThrownBy(() -> source.info("wieght"))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageEndingWith("holds no tensor wieght among its 1 (did you mean weight?)");
        }
    }

    @Test
    void aFileThatShrinksIsNotMappedBeyondItsEnd() throws IOException {
        try (WeightSource source = open(
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}", (byte) 1, (byte) 2, (byte) 3, (byte)
                        4)) {
            try (FileChannel cut = FileChannel.open(source.origin(), StandardOpenOption.WRITE)) {
                cut.truncate(cut.size() - 1);
            }
            assertThatThrownBy(() -> source.bytes("a"))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("was cut since it was opened");
        }
    }

    @Test
    void dataBeyondTwoGigabytesIsReached() throws IOException {
        long large = (1L << 31) + 8;
        String header = "{\"big\":{\"dtype\":\"F16\",\"shape\":[" + large / 2 + "],\"data_offsets\":[0," + large + "]},"
                + "\"after\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[" + large + "," + (large + 4) + "]}}";
        Path file = folder.resolve("large.safetensors");
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            channel.write(ByteBuffer.wrap(Raw.bytes(header)));
            long dataStart = channel.position();
            channel.write(Raw.littleEndian(2).putShort(0, (short) 0x3c00), dataStart + large - 2);
            channel.write(Raw.littleEndian(4).putFloat(0, 3.5f), dataStart + large);
        }
        try (WeightSource source = SafetensorsFile.open(file)) {
            assertThat(HalfFloats.floats(source, "after")).containsExactly(3.5f);
            List<ByteBuffer> pieces = source.bytes("big");
            assertThat(pieces).extracting(ByteBuffer::remaining).containsExactly(1 << 30, 1 << 30, 8);
            assertThat(pieces.get(2).getShort(6)).isEqualTo((short) 0x3c00);
        }
        Files.delete(file);
    }

    @Test
    void namesInOtherScriptsSurvive() {
        byte[] header =
                "{\"重み\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]}}".getBytes(StandardCharsets.UTF_8);
        Path file = Raw.write(folder.resolve("u.safetensors"), Raw.bytes(header, (byte) 1));
        try (WeightSource source = SafetensorsFile.open(file)) {
            assertThat(source.names()).containsExactly("重み");
        }
    }
}
