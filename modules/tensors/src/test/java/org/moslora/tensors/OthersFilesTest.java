package org.moslora.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.problems.InvalidInput;

/** Files as other programs lay them out: any order of names and data, any alignment, tensors without values. */
class OthersFilesTest {
    /** By safetensors.torch.save of safetensors 0.8.0: every type that is read here, odd names and metadata. */
    private static final String PYTHONS =
            "qAMAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJmb3JtYXQiOiJwdCIsIsO8YmVyIjoiXCJxdW90ZWRcIlxuIn0sImk2NCI6eyJkdHlw"
                    + "ZSI6Ikk2NCIsInNoYXBlIjpbXSwiZGF0YV9vZmZzZXRzIjpbMCw4XX0sImY2NCI6eyJkdHlwZSI6IkY2NCIsInNoYXBlIjpbMl0s"
                    + "ImRhdGFfb2Zmc2V0cyI6WzgsMjRdfSwiIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbMjQsMzJd"
                    + "fSwiZW1wdHkiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzAsM10sImRhdGFfb2Zmc2V0cyI6WzMyLDMyXX0sImYzMiI6eyJkdHlw"
                    + "ZSI6IkYzMiIsInNoYXBlIjpbMSwxLDFdLCJkYXRhX29mZnNldHMiOlszMiwzNl19LCLlkI3liY0u6YeN44G/Ijp7ImR0eXBlIjoi"
                    + "RjMyIiwic2hhcGUiOlsxXSwiZGF0YV9vZmZzZXRzIjpbMzYsNDBdfSwiaTMyIjp7ImR0eXBlIjoiSTMyIiwic2hhcGUiOlsyLDJd"
                    + "LCJkYXRhX29mZnNldHMiOls0MCw1Nl19LCJiZjE2Ijp7ImR0eXBlIjoiQkYxNiIsInNoYXBlIjpbMl0sImRhdGFfb2Zmc2V0cyI6"
                    + "WzU2LDYwXX0sImYxNiI6eyJkdHlwZSI6IkYxNiIsInNoYXBlIjpbMl0sImRhdGFfb2Zmc2V0cyI6WzYwLDY0XX0sImkxNiI6eyJk"
                    + "dHlwZSI6IkkxNiIsInNoYXBlIjpbMV0sImRhdGFfb2Zmc2V0cyI6WzY0LDY2XX0sImU0Ijp7ImR0eXBlIjoiRjhfRTRNMyIsInNo"
                    + "YXBlIjpbMl0sImRhdGFfb2Zmc2V0cyI6WzY2LDY4XX0sImU1Ijp7ImR0eXBlIjoiRjhfRTVNMiIsInNoYXBlIjpbMl0sImRhdGFf"
                    + "b2Zmc2V0cyI6WzY4LDcwXX0sImk4Ijp7ImR0eXBlIjoiSTgiLCJzaGFwZSI6WzJdLCJkYXRhX29mZnNldHMiOls3MCw3Ml19LCJh"
                    + "LnU4Ijp7ImR0eXBlIjoiVTgiLCJzaGFwZSI6WzVdLCJkYXRhX29mZnNldHMiOls3Miw3N119LCJ6LmJvb2wiOnsiZHR5cGUiOiJC"
                    + "T09MIiwic2hhcGUiOlszXSwiZGF0YV9vZmZzZXRzIjpbNzcsODBdfX0gICAAAAAAAAEAAJqZmZmZmbk/nHUAiDzkN34AAIA/AACA"
                    + "P83MzD0AAIA/AQAAAP7///8DAAAABAAAAM09Yn9mLv/71P48/j77/wIAAQIDBAEAAQ==";

    @TempDir
    Path folder;

    private WeightSource pythons() {
        return SafetensorsFile.open(Raw.write(
                folder.resolve("python.safetensors"), Base64.getDecoder().decode(PYTHONS)));
    }

    private static ByteBuffer only(WeightSource source, String name) {
        List<ByteBuffer> pieces = source.bytes(name);
        assertThat(pieces).hasSize(1);
        assertThat(pieces.get(0).order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        assertThat(pieces.get(0).isReadOnly()).isTrue();
        return pieces.get(0);
    }

    @Test
    void everyTypeOfPythonsLibraryIsRead() {
        try (WeightSource source = pythons()) {
            assertThat(source.names()).hasSize(15).contains("", "名前.重み", "empty");
            assertThat(source.metadata()).containsOnly(Map.entry("format", "pt"), Map.entry("über", "\"quoted\"\n"));
            assertThat(only(source, "i64").getLong()).isEqualTo(1L << 40);
            assertThat(only(source, "i32").getInt(4)).isEqualTo(-2);
            assertThat(only(source, "i16").getShort()).isEqualTo((short) -300);
            assertThat(only(source, "i8").get()).isEqualTo((byte) -1);
            assertThat(only(source, "a.u8").get(4)).isEqualTo((byte) 4);
            assertThat(only(source, "z.bool").get(2)).isEqualTo((byte) 1);
            assertThat(source.info("i64").shape()).isEmpty();
            assertThat(source.info("f32").shape()).containsExactly(1L, 1L, 1L);
        }
    }

    @Test
    void everyFormatOfFloatsIsReadAsItsNumbers() {
        try (WeightSource source = pythons()) {
            assertThat(HalfFloats.floats(source, "f16")).containsExactly(0.099975586f, -65504f);
            assertThat(HalfFloats.floats(source, "bf16")).containsExactly(0.100097656f, 3.0040553e38f);
            assertThat(HalfFloats.floats(source, "f64")).containsExactly(0.1f, Float.POSITIVE_INFINITY);
            assertThat(HalfFloats.floats(source, "e4")).containsExactly(1.5f, -448f);
            assertThat(HalfFloats.floats(source, "e5")).containsExactly(1.5f, -57344f);
            assertThat(HalfFloats.floats(source, "")).containsExactly(1f, 1f);
            assertThat(HalfFloats.floats(source, "empty")).isEmpty();
        }
    }

    /** Copied tensor by tensor, in whatever order, the file is the same bytes. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aCopyIsPythonsFileByteForByte(long seed) throws Exception {
        Path copy = folder.resolve("copy.safetensors");
        try (WeightSource source = pythons()) {
            List<String> names = new ArrayList<>(source.names());
            Collections.shuffle(names, new Random(seed));
            SafetensorsWriter.write(
                    copy,
                    names.stream().map(name -> TensorData.copy(source, name)).toList(),
                    source.metadata());
        }

        assertThat(Files.readAllBytes(copy)).isEqualTo(Base64.getDecoder().decode(PYTHONS));
    }

    private static String entry(String name, DType type, String shape, long from, long to) {
        return String.format(
                "\"%s\":{\"shape\":%s,\"data_offsets\":[%d,%d],\"dtype\":\"%s\"}", name, shape, from, to, type);
    }

    /** The format does not ask for alignment, and programs other than Python's library do not align. */
    @Test
    void valuesMayBeginAtAnyByte() {
        String header = "{" + entry("wide", DType.F64, "[1]", 3, 11) + "," + entry("three", DType.U8, "[3]", 0, 3) + ","
                + entry("half", DType.F16, "[1]", 12, 14) + "," + entry("one", DType.BOOL, "[]", 11, 12) + "}";
        ByteBuffer data = Raw.littleEndian(14);
        data.put(new byte[] {1, 2, 3}).putDouble(-0.5).put((byte) 1).putShort(HalfFloats.toFloat16(2.5f));
        Path file = Raw.write(folder.resolve("odd.safetensors"), header, data.array());

        try (WeightSource source = SafetensorsFile.open(file)) {
            assertThat(source.names()).containsExactly("half", "one", "three", "wide");
            assertThat(HalfFloats.floats(source, "wide")).containsExactly(-0.5f);
            assertThat(HalfFloats.floats(source, "half")).containsExactly(2.5f);
            assertThat(only(source, "three").get(2)).isEqualTo((byte) 3);
            assertThat(source.elements()).isEqualTo(6);
        }
    }

    @Test
    void tensorsWithoutValuesMayStandAnywhereBetweenOthers() {
        String header = "{" + entry("a", DType.F32, "[0]", 0, 0) + "," + entry("b", DType.U8, "[2]", 0, 2) + ","
                + entry("c", DType.I64, "[3,0,9]", 2, 2) + "," + entry("d", DType.U8, "[1]", 2, 3) + ","
                + entry("e", DType.BF16, "[0]", 3, 3) + "}   ";
        Path file = Raw.write(folder.resolve("empty.safetensors"), header, (byte) 7, (byte) 8, (byte) 9);

        try (WeightSource source = SafetensorsFile.open(file)) {
            assertThat(only(source, "d").get()).isEqualTo((byte) 9);
            for (String empty : List.of("a", "c", "e")) {
                assertThat(source.info(empty).elements()).isZero();
                assertThat(source.bytes(empty).stream()
                                .mapToInt(ByteBuffer::remaining)
                                .sum())
                        .isZero();
            }
        }
    }

    /** One without values that lies inside of another is no layout that Python's library reads, either. */
    @Test
    void oneThatLiesInsideOfAnotherIsRefusedThoughItIsEmpty() {
        String header = "{" + entry("a", DType.U8, "[4]", 0, 4) + "," + entry("b", DType.U8, "[0]", 2, 2) + "}";
        Path file = Raw.write(folder.resolve("inside.safetensors"), header, new byte[4]);

        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("tensor b at [2, 2] overlaps a, which ends at 4");
    }

    /** Every way of shuffling names and data that keeps each tensor in one piece is the same tensors. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anyOrderOfNamesAndDataIsTheSameTensors(long seed) {
        Random random = new Random(seed);
        Map<String, byte[]> tensors = new TreeMap<>();
        for (int i = 0; i < 20; i++) {
            byte[] values = new byte[random.nextInt(40)];
            random.nextBytes(values);
            tensors.put("t" + i, values);
        }
        Path file = shuffled(tensors, random);

        try (WeightSource source = SafetensorsFile.open(file)) {
            assertThat(source.names()).isEqualTo(tensors.keySet());
            tensors.forEach((name, values) -> {
                byte[] read = new byte[values.length];
                source.bytes(name).forEach(piece -> piece.get(read, 0, piece.remaining()));
                assertThat(read).isEqualTo(values);
            });
        }
    }

    private Path shuffled(Map<String, byte[]> tensors, Random random) {
        List<String> laid = new ArrayList<>(tensors.keySet());
        Collections.shuffle(laid, random);
        ByteBuffer data = ByteBuffer.allocate(
                tensors.values().stream().mapToInt(values -> values.length).sum());
        List<String> entries = new ArrayList<>();
        for (String name : laid) {
            byte[] values = tensors.get(name);
            entries.add(
                    entry(name, DType.I8, "[" + values.length + "]", data.position(), data.position() + values.length));
            data.put(values);
        }
        Collections.shuffle(entries, random);
        return Raw.write(folder.resolve("shuffled.safetensors"), "{" + String.join(",", entries) + "}", data.array());
    }

    /** Types that this program cannot hold are named, rather than read as something else. */
    @ParameterizedTest
    @ValueSource(strings = {"U16", "U32", "U64", "C64", "F8_E8M0", "F4", "F6_E2M3", "BF8", "I4", "Q8_0", ""})
    void typesOfOtherProgramsAreNamed(String type) {
        String header = "{\"w\":{\"dtype\":\"" + type + "\",\"shape\":[1],\"data_offsets\":[0,4]}}";
        Path file = Raw.write(folder.resolve("other.safetensors"), header, new byte[4]);

        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("other.safetensors: tensor w has the unknown dtype " + type);
    }

    @Test
    void aHeaderOfManyNamesIsReadWhole() {
        StringBuilder header = new StringBuilder("{");
        int count = 20_000;
        for (int i = 0; i < count; i++) {
            header.append(i == 0 ? "" : ",").append(entry("model.layers." + i + ".weight", DType.U8, "[1]", i, i + 1));
        }
        byte[] data = new byte[count];
        data[count - 1] = 5;
        Path file =
                Raw.write(folder.resolve("many.safetensors"), header.append('}').toString(), data);

        try (WeightSource source = SafetensorsFile.open(file)) {
            assertThat(source.names()).hasSize(count);
            assertThat(only(source, "model.layers.19999.weight").get()).isEqualTo((byte) 5);
        }
    }
}
