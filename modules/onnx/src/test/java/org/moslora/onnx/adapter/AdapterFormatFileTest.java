package org.moslora.onnx.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.NotFinite;
import org.moslora.tensors.DType;

/** {@code .onnx_adapter} files: what is written is read again, and damage of any kind is told, never thrown. */
final class AdapterFormatFileTest {
    private static final GraphFactor DOWN =
            new GraphFactor("layer.lora_A.weight", List.of(3L, 2L), new float[] {1, 2, 3, 4, 5, 6.5f});
    private static final GraphFactor UP =
            new GraphFactor("layer.lora_B.weight", List.of(2L, 2L), new float[] {-1, 0, 0.5f, 2});

    @TempDir
    private Path folder;

    private static byte[] written(DType type) {
        ByteBuffer bytes = AdapterFormatFile.bytes(List.of(DOWN, UP), type);
        byte[] all = new byte[bytes.remaining()];
        bytes.get(all);
        return all;
    }

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        for (DType type : List.of(DType.F32, DType.F16)) {
            Path file = Files.write(folder.resolve("unet.onnx_adapter"), written(type));
            List<GraphFactor> read = AdapterFormatFile.read(file);
            assertThat(read).extracting(GraphFactor::name).containsExactly(DOWN.name(), UP.name());
            assertThat(read.get(0).dims()).isEqualTo(DOWN.dims());
            assertThat(read.get(0).values()).containsExactly(DOWN.values());
            assertThat(read.get(1).values()).containsExactly(UP.values());
        }
        assertThat(written(DType.F32)).isEqualTo(written(DType.F32));
    }

    @Test
    void damageIsTold() throws IOException {
        byte[] whole = written(DType.F32);
        for (int length = 0; length < whole.length - 64; length += 7) {
            Path file = Files.write(folder.resolve("cut.onnx_adapter"), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> AdapterFormatFile.read(file))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("onnx_adapter");
        }
    }

    @Test
    void whatIsNoNumberIsRefusedByName() throws IOException {
        byte[] bytes = written(DType.F32);
        ByteBuffer whole = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at + Float.BYTES <= bytes.length; at += Float.BYTES) {
            if (whole.getFloat(at) == 6.5f) {
                whole.putFloat(at, Float.NaN);
            }
        }
        Path file = Files.write(folder.resolve("none.onnx_adapter"), bytes);
        assertThatThrownBy(() -> AdapterFormatFile.read(file))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll(file.toString(), DOWN.name(), "number 6 of 6");
    }

    @Test
    void whatHalfPrecisionDoesNotHoldIsRefusedByName() {
        GraphFactor large = UP.times(40_000);
        assertThat(AdapterFormatFile.bytes(List.of(large), DType.F32).remaining())
                .isPositive();
        assertThatThrownBy(() -> AdapterFormatFile.bytes(List.of(large), DType.F16))
                .isInstanceOf(NotFinite.class)
                .hasMessageContainingAll(UP.name(), "F16");
    }

    @Test
    void severalStandBesideEachOtherAlongTheRank() {
        GraphFactor both = DOWN.beside(new GraphFactor(DOWN.name(), List.of(3L, 1L), new float[] {7, 8, 9}));
        assertThat(both.dims()).containsExactly(3L, 3L);
        assertThat(both.values()).containsExactly(1, 2, 7, 3, 4, 8, 5, 6.5f, 9);
        GraphFactor up = UP.beside(new GraphFactor(UP.name(), List.of(1L, 2L), new float[] {3, 3}).times(2));
        assertThat(up.values()).containsExactly(-1, 0, 0.5f, 2, 6, 6);
    }
}
