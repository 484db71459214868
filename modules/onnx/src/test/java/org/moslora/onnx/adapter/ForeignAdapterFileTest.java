package org.moslora.onnx.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DType;

/** {@code .onnx_adapter} files of other programs are read, those that are written are laid out as the format wants it. */
final class ForeignAdapterFileTest {
    /**
     * By onnxruntime 1.24.1, {@code AdapterFormat().export_adapter}: {@code layer.lora_A.weight} [[1, −2], [0.5, 4], [0,
     * 6.25]] as float32 and {@code layer.lora_B.weight} [[3, −1], [2, 0.125]] as float16.
     */
    private static final String FILE =
            "DAAAAFRPUlQAAAAAlP///wEAAAADAAAABwAAAAQAAAACAAAAYAAAAAQAAAC0////MAAAABgAAAAKAAAABAAA"
                    + "AAgAAAAAQgC8AEAAMAIAAAACAAAAAAAAAAIAAAAAAAAAEwAAAGxheWVyLmxvcmFfQi53ZWlnaHQADAAUAAQACAAMABAADAAAAEAAAAAoAAAAAQAA"
                    + "AAQAAAAYAAAAAACAPwAAAMAAAAA/AACAQAAAAAAAAMhAAgAAAAMAAAAAAAAAAgAAAAAAAAATAAAAbGF5ZXIubG9yYV9BLndlaWdodAA=";

    @TempDir
    private Path folder;

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("model.onnx_adapter"), bytes);
    }

    private static byte[] foreign() {
        return Base64.getDecoder().decode(FILE);
    }

    @Test
    void aFileOfOnnxRuntimesIsRead() throws IOException {
        List<GraphFactor> factors = AdapterFormatFile.read(file(foreign()));
        assertThat(factors)
                .extracting(GraphFactor::name)
                .containsExactlyInAnyOrder("layer.lora_A.weight", "layer.lora_B.weight");
        for (GraphFactor factor : factors) {
            if (factor.isUp()) {
                assertThat(factor.dims()).containsExactly(2L, 2L);
                assertThat(factor.values()).containsExactly(3, -1, 2, 0.125f);
            } else {
                assertThat(factor.dims()).containsExactly(3L, 2L);
                assertThat(factor.values()).containsExactly(1, -2, 0.5f, 4, 0, 6.25f);
            }
            assertThat(factor.rank()).isEqualTo(2);
        }
    }

    @Test
    void anyByteMayBeAnother() throws IOException {
        byte[] whole = foreign();
        for (int i = 0; i < whole.length; i++) {
            for (int bits : new int[] {1, 0x40, 0xff}) {
                byte[] changed = whole.clone();
                changed[i] ^= (byte) bits;
                Path file = file(changed);
                try {
                    AdapterFormatFile.read(file);
                } catch (InvalidInput refused) {
                    assertThat(refused.getMessage()).contains(file.toString());
                } catch (RuntimeException | Error escaped) {
                    throw new AssertionError("byte " + i + " ^ " + bits, escaped);
                }
            }
        }
    }

    @Test
    void whatIsNoSuchFileIsToldByItsMark() throws IOException {
        for (String other : new String[] {"", "TORT", "{\"format\": \"safetensors\"}", "12345678TORT"}) {
            Path file = file(other.getBytes(StandardCharsets.UTF_8));
            assertThatThrownBy(() -> AdapterFormatFile.read(file))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContainingAll(file.toString(), "TORT");
        }
    }

    @Test
    void aFileWithoutParametersHoldsNone() throws IOException {
        assertThat(AdapterFormatFile.read(file(bytes(List.of(), DType.F32)))).isEmpty();
    }

    @Test
    void factorsOfAnyShapeComeBackInOrder() throws IOException {
        List<GraphFactor> factors = List.of(
                new GraphFactor("z.lora_A.weight", List.of(2L, 3L, 1L, 1L), new float[] {1, 2, 3, 4, 5, 6}),
                new GraphFactor("ä.lora_A.weight", List.of(0L, 4L), new float[0]),
                new GraphFactor("a.lora_B.weight", List.of(1L), new float[] {-0f}));
        for (DType type : List.of(DType.F32, DType.F16)) {
            List<GraphFactor> read = AdapterFormatFile.read(file(bytes(factors, type)));
            assertThat(read)
                    .extracting(GraphFactor::name)
                    .containsExactly("z.lora_A.weight", "ä.lora_A.weight", "a.lora_B.weight");
            assertThat(read)
                    .extracting(GraphFactor::dims)
                    .containsExactly(factors.get(0).dims(), List.of(0L, 4L), List.of(1L));
            assertThat(read.get(0).values()).containsExactly(1, 2, 3, 4, 5, 6);
        }
    }

    /** The schema says so: others map the numbers. */
    @Test
    void numbersLieAtMultiplesOfEightBytes() {
        List<GraphFactor> factors = List.of(
                new GraphFactor("abc.lora_A.weight", List.of(1L, 3L), new float[] {11.5f, 12, 13}),
                new GraphFactor("defgh.lora_B.weight", List.of(1L, 1L), new float[] {21.5f}));
        ByteBuffer whole = ByteBuffer.wrap(bytes(factors, DType.F32)).order(ByteOrder.LITTLE_ENDIAN);
        for (float first : new float[] {11.5f, 21.5f}) {
            int at = 0;
            while (whole.getFloat(at) != first) {
                at += Float.BYTES;
            }
            assertThat(at % 8).as("place of %s", first).isZero();
        }
        assertThat(whole.getInt(4))
                .isEqualTo(ByteBuffer.wrap("TORT".getBytes(StandardCharsets.US_ASCII))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getInt());
    }

    private static byte[] bytes(List<GraphFactor> factors, DType type) {
        ByteBuffer buffer = AdapterFormatFile.bytes(factors, type);
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    @Test
    void aFactorIsAsLargeAsItsShape() {
        assertThatThrownBy(() -> new GraphFactor("a", List.of(2L, 2L), new float[3]))
                .hasMessageContaining("has 3 values");
        assertThatThrownBy(() -> new GraphFactor("a", List.of(-2L, -2L), new float[4]))
                .hasMessageContaining("[-2, -2]");
        assertThatThrownBy(() -> new GraphFactor("a", List.of(1L << 40, 1L << 40), new float[0]))
                .isInstanceOf(ArithmeticException.class);
    }

    /** Convolutions have their rank at other places: down [r, in, h, w], up [out, r, 1, 1]. */
    @Test
    void convolutionsStandBesideEachOtherAlongTheirRank() {
        GraphFactor down = new GraphFactor("c.lora_A.weight", List.of(1L, 2L, 1L, 1L), new float[] {1, 2});
        GraphFactor more = new GraphFactor("c.lora_A.weight", List.of(2L, 2L, 1L, 1L), new float[] {3, 4, 5, 6});
        assertThat(down.beside(more).dims()).containsExactly(3L, 2L, 1L, 1L);
        assertThat(down.beside(more).values()).containsExactly(1, 2, 3, 4, 5, 6);
        GraphFactor up = new GraphFactor("c.lora_B.weight", List.of(2L, 1L, 1L, 1L), new float[] {1, 2});
        GraphFactor wide = new GraphFactor("c.lora_B.weight", List.of(2L, 2L, 1L, 1L), new float[] {3, 4, 5, 6});
        assertThat(up.beside(wide).dims()).containsExactly(2L, 3L, 1L, 1L);
        assertThat(up.beside(wide).values()).containsExactly(1, 3, 4, 2, 5, 6);
        assertThat(up.beside(wide).rank()).isEqualTo(3);
    }
}
