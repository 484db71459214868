package org.moslora.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.problems.InvalidInput;

/** Models cut into files of every size: nothing is lost or there twice, and what does not belong together is told. */
class ShardLimitsTest {
    private static final WeightName NAME = WeightName.MODEL;

    @TempDir
    Path folder;

    /** Tensors of 4 to 40 bytes, one without values. */
    private static List<TensorData> tensors() {
        List<TensorData> tensors = new ArrayList<>();
        for (int i = 0; i <= 10; i++) {
            float[] values = new float[i];
            Arrays.fill(values, i + 0.5f);
            tensors.add(Raw.floats("layer." + (char) ('a' + i * 7 % 11), values));
        }
        return tensors;
    }

    private static long bytes(List<TensorData> tensors) {
        return tensors.stream().mapToLong(tensor -> tensor.info().byteSize()).sum();
    }

    private List<String> files(Path where) {
        try (Stream<Path> files = Files.list(where)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static void mustHoldAll(WeightSource source) {
        List<TensorData> tensors = tensors();
        assertThat(source.names()).hasSameSizeAs(tensors);
        for (TensorData tensor : tensors) {
            float[] values = HalfFloats.floats(source, tensor.info().name());
            assertThat(values).hasSize((int) tensor.info().elements());
            for (float value : values) {
                assertThat(value).isEqualTo(values.length + 0.5f);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 4, 39, 40, 41, 64, 100, 219, 220, 1000})
    void everyLimitKeepsEveryTensor(long most) throws Exception {
        List<Path> written = SafetensorsWriter.writeSharded(folder, NAME, most, tensors(), Map.of("format", "pt"));

        assertThat(written.stream().map(file -> file.getFileName().toString()))
                .containsExactlyInAnyOrderElementsOf(files(folder));
        try (WeightSource source = ModelFolder.open(folder)) {
            mustHoldAll(source);
            assertThat(source.metadata()).containsExactly(Map.entry("format", "pt"));
        }
        for (Path file : written) {
            if (file.toString().endsWith(".safetensors")) {
                try (WeightSource shard = SafetensorsFile.open(file)) {
                    long held = shard.elements() * 4;
                    boolean alone = shard.names().stream()
                                    .filter(name -> shard.info(name).elements() > 0)
                                    .count()
                            == 1;
                    assertThat(held <= Math.max(most, 0) || alone || written.size() == 1)
                            .as("%s has %d bytes", file, held)
                            .isTrue();
                }
            }
        }
        assertThat(written.size() == 1).isEqualTo(most >= bytes(tensors()));
    }

    @Test
    void theIndexComesLastAndCountsTheBytesOfAll() throws Exception {
        List<Path> written = SafetensorsWriter.writeSharded(folder, NAME, 64, tensors(), Map.of());

        Path index = written.get(written.size() - 1);
        assertThat(index).hasFileName("model.safetensors.index.json");
        JsonObject json = JsonParser.parseString(Files.readString(index)).getAsJsonObject();
        assertThat(json.getAsJsonObject("metadata").get("total_size").getAsLong())
                .isEqualTo(220);
        assertThat(json.getAsJsonObject("weight_map").asMap()).hasSize(11);
        assertThat(written.get(0)).hasFileName(String.format("model-00001-of-%05d.safetensors", written.size() - 1));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 64, 1000})
    void theOrderInWhichTensorsAreGivenIsNotSeen(long most) throws Exception {
        Path other = Files.createDirectory(folder.resolve("other"));
        List<TensorData> shuffled = new ArrayList<>(tensors());
        Collections.shuffle(shuffled, new Random(5));

        List<Path> first = SafetensorsWriter.writeSharded(folder, NAME, most, tensors(), Map.of());
        List<Path> second = SafetensorsWriter.writeSharded(other, NAME, most, shuffled, Map.of());

        assertThat(second).hasSameSizeAs(first);
        for (int i = 0; i < first.size(); i++) {
            assertThat(second.get(i)).hasSameBinaryContentAs(first.get(i));
        }
    }

    /** A download that lost one file, whichever. */
    @Test
    void eachShardThatIsMissingIsNamed() throws Exception {
        List<Path> written = SafetensorsWriter.writeSharded(folder, NAME, 64, tensors(), Map.of());

        for (Path shard : written.subList(0, written.size() - 1)) {
            byte[] bytes = Files.readAllBytes(shard);
            Files.delete(shard);
            assertThatThrownBy(() -> ModelFolder.open(folder))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("names shards that are not there: " + shard.getFileName());
            Files.write(shard, bytes);
        }
        ModelFolder.open(folder).close();
    }

    /** A download that broke off in one file, at any of some places. */
    @Test
    void eachShardThatIsCutIsNamed() throws Exception {
        List<Path> written = SafetensorsWriter.writeSharded(folder, NAME, 64, tensors(), Map.of());

        for (Path shard : written.subList(0, written.size() - 1)) {
            byte[] bytes = Files.readAllBytes(shard);
            for (int length : new int[] {0, 7, 8, bytes.length / 2, bytes.length - 1}) {
                Files.write(shard, Arrays.copyOf(bytes, length));
                assertThatThrownBy(() -> ModelFolder.open(folder))
                        .isInstanceOf(InvalidInput.class)
                        .hasMessageContaining(shard.getFileName() + ": ");
            }
            Files.write(shard, bytes);
        }
    }

    /** Two files whose names were swapped hold the right tensors in the wrong places. */
    @Test
    void shardsWhoseNamesWereSwappedAreTold() throws Exception {
        List<Path> written = SafetensorsWriter.writeSharded(folder, NAME, 64, tensors(), Map.of());
        Path aside = folder.resolve("aside");
        Files.move(written.get(0), aside);
        Files.move(written.get(1), written.get(0));
        Files.move(aside, written.get(1));

        assertThatThrownBy(() -> ModelFolder.open(folder))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("but it is in " + written.get(1).getFileName())
                .hasMessageContaining("are the shards of another version?");
    }

    /** The index of another model of the same layers: all names fit, no tensor is lost from view. */
    @Test
    void anIndexThatLacksATensorIsTold() throws Exception {
        List<Path> written = SafetensorsWriter.writeSharded(folder, NAME, 64, tensors(), Map.of());
        Path index = written.get(written.size() - 1);
        String text = Files.readString(index);
        Files.writeString(index, text.replaceFirst("\"layer\\.c\": \"[^\"]*\",\\s*", ""));

        assertThatThrownBy(() -> ModelFolder.open(folder))
                .hasMessageContaining("does not list tensor layer.c, which is in");
    }

    /** A smaller model over a larger one: one file counts before an index that is left from before. */
    @Test
    void aWholeModelCountsBeforeShardsThatAreLeft() {
        SafetensorsWriter.writeSharded(
                folder, NAME, 64, List.of(Raw.floats("old", 1), Raw.floats("older", 2)), Map.of());
        SafetensorsWriter.writeSharded(folder, NAME, 1000, tensors(), Map.of());

        try (WeightSource source = ModelFolder.open(folder)) {
            mustHoldAll(source);
        }
    }

    @Test
    void variantsLieBesideEachOther() {
        WeightName half = NAME.withVariant("fp16");
        SafetensorsWriter.writeSharded(folder, half, 64, tensors(), Map.of());
        try (WeightSource source = ModelFolder.open(folder)) {
            mustHoldAll(source);
        }
        SafetensorsWriter.writeSharded(folder, NAME, 4, List.of(Raw.floats("a", 1), Raw.floats("b", 2)), Map.of());
        try (WeightSource plain = ModelFolder.open(folder);
                WeightSource halves = ModelFolder.open(folder, half)) {
            assertThat(plain.names()).containsExactly("a", "b");
            mustHoldAll(halves);
        }
    }

    @Test
    void twoTensorsOfOneNameLeaveNoFile() {
        List<TensorData> twice = List.of(Raw.floats("a", 1), Raw.floats("b", 1), Raw.floats("a", 2));

        assertThatThrownBy(() -> SafetensorsWriter.writeSharded(folder, NAME, 4, twice, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a is taken");
        assertThat(files(folder)).isEmpty();
    }
}
