package org.moslora.miniature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.tensors.DType;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;
import org.moslora.testing.Trees;

/** What stages write: the tensors of one component, in half precision, and folders with all that is in them. */
class ShippedWeightsTest {
    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        Engine.start(1);
    }

    @Test
    void aComponentIsWrittenAloneAndByItsOwnNames() {
        Path file = folder.resolve("unet.safetensors");
        try (Arena arena = Arena.open(Compute.cpu())) {
            Map<String, NDArray> all = new LinkedHashMap<>();
            all.put("unet.in.weight", arena.floats(new float[] {1, 2, 3, 4}, 2, 2));
            all.put("text_encoder.in.weight", arena.floats(new float[] {5}, 1));
            all.put("unet.out.unet.bias", arena.floats(new float[] {6, 7}, 2));
            int before = arena.live();
            ShippedWeights.write(arena, file, all, "unet.");
            assertThat(arena.live()).isEqualTo(before);
        }
        try (WeightSource written = SafetensorsFile.open(file)) {
            assertThat(written.names()).containsExactlyInAnyOrder("in.weight", "out.unet.bias");
            assertThat(written.info("in.weight").shape()).containsExactly(2L, 2L);
            assertThat(written.metadata()).containsEntry("format", "pt");
        }
    }

    /** {@code numpy.float16} of the same numbers: to the nearest, and of two as near the even one. */
    @Test
    void numbersAreRoundedToHalves() {
        float[] values = {1f / 3, -0.1f, 2049, 2051, 65504, 6e-8f, 1e-9f, -0f};
        Path file = folder.resolve("halves.safetensors");
        try (Arena arena = Arena.open(Compute.cpu())) {
            ShippedWeights.write(arena, file, Map.of("x", arena.floats(values, values.length)), "");
        }
        try (WeightSource written = SafetensorsFile.open(file)) {
            assertThat(written.info("x").dtype()).isEqualTo(DType.F16);
            assertThat(HalfFloats.floats(written, "x"))
                    .containsExactly(0.33325195f, -0.099975586f, 2048, 2052, 65504, 5.9604645e-8f, 0, -0f);
        }
    }

    @Test
    void aFolderIsCopiedWithAllThatIsInIt() throws IOException {
        Path from = Files.createDirectories(folder.resolve("from/deep/er"))
                .getParent()
                .getParent();
        Files.writeString(from.resolve("deep/er/a b.txt"), "text");
        Files.write(from.resolve("weights.bin"), new byte[] {0, -1, 13, 10});
        Files.createDirectory(from.resolve("nothing"));
        Path to = Files.createDirectory(folder.resolve("to"));
        ShippedWeights.copy(from, to);
        assertThat(Trees.digests(to)).isEqualTo(Trees.digests(from)).hasSize(2);
        assertThat(to.resolve("nothing")).isEmptyDirectory();
    }

    @Test
    void aCopyOverwritesNoFile() throws IOException {
        Path from = Files.createDirectory(folder.resolve("from"));
        Path to = Files.createDirectory(folder.resolve("to"));
        Files.writeString(from.resolve("config.json"), "new");
        Path mine = Files.writeString(to.resolve("config.json"), "mine");
        assertThatThrownBy(() -> ShippedWeights.copy(from, to)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(mine).hasContent("mine");
    }
}
