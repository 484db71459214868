package org.moslora.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problem;

class ModelFolderTest {
    @TempDir
    Path folder;

    private void tensors(String file, String... names) {
        SafetensorsWriter.write(
                folder.resolve(file),
                Stream.of(names).map(name -> Raw.floats(name, 1)).toList(),
                Map.of("from", file));
    }

    private void text(String file, String text) {
        Raw.write(folder.resolve(file), text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private List<String> names() {
        try (WeightSource source = ModelFolder.open(folder)) {
            return List.copyOf(source.names());
        }
    }

    private void refuses(String... problems) {
        assertThatThrownBy(() -> ModelFolder.open(folder))
                .isInstanceOfSatisfying(
                        InvalidInput.class,
                        invalid -> assertThat(invalid.problems().stream()
                                        .map(Problem::what)
                                        .toList())
                                .zipSatisfy(
                                        List.of(problems),
                                        (what, part) -> assertThat(what).contains(part)));
    }

    @Test
    void theUsualNameComesFirst() {
        tensors("model.safetensors", "a");
        tensors("other.safetensors", "b");
        text("model.safetensors.index.json", "{'weight_map':{'b':'other.safetensors'}}");
        assertThat(names()).containsExactly("a");
    }

    @Test
    void aSingleFileOfAnyName() {
        tensors("weights.safetensors", "a");
        assertThat(names()).containsExactly("a");
        try (WeightSource source = ModelFolder.open(folder.resolve("weights.safetensors"))) {
            assertThat(source.origin()).isEqualTo(folder.resolve("weights.safetensors"));
        }
    }

    @Test
    void otherNamesAndVariants() {
        tensors("diffusion_pytorch_model.fp16.safetensors", "half");
        WeightName name = WeightName.of("diffusion_pytorch_model");
        try (WeightSource source = ModelFolder.open(folder, name)) {
            assertThat(source.names()).containsExactly("half");
        }
        tensors("diffusion_pytorch_model.safetensors", "full");
        try (WeightSource source = ModelFolder.open(folder, name)) {
            assertThat(source.names()).containsExactly("full");
        }
        try (WeightSource source = ModelFolder.open(folder, name.withVariant("fp16"))) {
            assertThat(source.names()).containsExactly("half");
        }
        assertThatThrownBy(() -> ModelFolder.open(folder, WeightName.of("adapter_model")))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("expected adapter_model.safetensors or adapter_model.safetensors.index.json");
    }

    @Test
    void shardsOfAVariant() {
        tensors("model.fp16-00001-of-00001.safetensors", "a");
        text("model.safetensors.index.fp16.json", "{'weight_map':{'a':'model.fp16-00001-of-00001.safetensors'}}");
        assertThat(names()).containsExactly("a");
    }

    @Test
    void shardsTogether() {
        tensors("s/1.safetensors", "a", "c");
        tensors("2.safetensors", "b");
        text(
                "model.safetensors.index.json",
                "{'metadata':{'total_size':12,'x':[1.5,null]},"
                        + "'weight_map':{'a':'s/1.safetensors','b':'2.safetensors','c':'s/1.safetensors'}}");
        try (WeightSource source = ModelFolder.open(folder)) {
            assertThat(source.names()).containsExactly("a", "b", "c");
            assertThat(source.origin()).isEqualTo(folder);
            assertThat(source.file("b")).isEqualTo(folder.resolve("2.safetensors"));
            assertThat(source.bytes("c").get(0).getFloat(0)).isEqualTo(1);
            assertThat(source.metadata()).containsExactly(Map.entry("from", "2.safetensors"));
            assertThatThrownBy(() -> source.info("d")).isInstanceOf(InvalidInput.class);
        }
    }

    @Test
    void everyProblemOfTheShardsIsToldAtOnce() {
        tensors("1.safetensors", "a", "extra", "twice", "wrong");
        tensors("2.safetensors", "b", "twice");
        text("3.safetensors", "version https://git-lfs.github.com/spec/v1");
        text(
                "model.safetensors.index.json",
                "{'weight_map':{'a':'1.safetensors','b':'2.safetensors','twice':'1.safetensors','c':'3.safetensors',"
                        + "'wrong':'2.safetensors','nowhere':'2.safetensors','d':'4.safetensors','e':'5.safetensors'}}");
        refuses(
                "names shards that are not there: 4.safetensors, 5.safetensors",
                "is a Git LFS pointer",
                "tensor twice is in 1.safetensors and in 2.safetensors",
                "does not list tensor extra, which is in 1.safetensors",
                "says that tensor nowhere is in 2.safetensors, but it is in no shard",
                "says that tensor wrong is in 2.safetensors, but it is in 1.safetensors");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x.safetensors", "/x.safetensors", "a/../../x", "..", "", "C:x", "a\\\\b", "x\\u0000"})
    void shardsOutsideTheFolder(String shard) {
        text("model.safetensors.index.json", "{'weight_map':{'a':'" + shard + "'}}");
        refuses("which does not lie in the index's folder");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{",
                "{}",
                "{'weight_map':[]}",
                "{'weight_map':{'a':1}}",
                "{'weight_map':{'a':'x','a':'y'}}",
                "{'weight_map':{}} trailing",
                "<html>"
            })
    void indicesThatAreNone(String index) {
        text("model.safetensors.index.json", index);
        assertThatThrownBy(() -> ModelFolder.open(folder))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("model.safetensors.index.json");
    }

    @Test
    void aLinkThatLeadsNowhere() throws IOException {
        Files.createSymbolicLink(folder.resolve("model.safetensors"), folder.resolve("gone"));
        tensors("other.safetensors", "a");
        refuses("is a link to a file that is not there");
    }

    @Test
    void foldersWithoutWeights() {
        assertThatThrownBy(() -> ModelFolder.open(folder.resolve("absent")))
                .isInstanceOf(InvalidInput.class)
                .hasMessage(folder.resolve("absent") + ": there is no such file or folder");
        refuses("the folder is empty");
        text("config.json", "{}");
        refuses("it holds config.json");
        text("pytorch_model.bin", "x");
        refuses("holds only pickles (pytorch_model.bin), which are not read because unpickling can run code");
        tensors("model-00001-of-00002.safetensors", "a");
        tensors("model-00002-of-00002.safetensors", "b");
        refuses("was the index of the shards not downloaded?");
    }
}
