package org.moslora.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.tensors.DType;

/** What goes along with new weights: all that is no weight, and no traces of who made the folder. */
class FolderCopyTest {
    @TempDir
    Path from;

    @TempDir
    Path to;

    @BeforeEach
    void fill() throws IOException {
        for (String name : new String[] {
            "tokenizer.json",
            "chat_template.jinja",
            "LICENSE",
            "model.safetensors",
            "model-00001-of-00002.safetensors",
            "model.safetensors.index.json",
            "pytorch_model.BIN",
            "consolidated.00.pth",
            "tf_model.h5",
            "flax_model.msgpack",
            "model.Q4.gguf",
            ".moslora",
            ".moslora-lock"
        }) {
            Files.writeString(from.resolve(name), name);
        }
        Files.writeString(
                from.resolve("config.json"),
                "{\"model_type\": \"llama\", \"torch_dtype\": \"float32\", \"a\": \"<&>\"}");
        Files.createDirectories(from.resolve("original"));
    }

    private String[] copied() throws IOException {
        try (Stream<Path> files = Files.list(to)) {
            return files.map(path -> path.getFileName().toString()).sorted().toArray(String[]::new);
        }
    }

    @Test
    void allButWeightsGoesAlongByteByByte() throws IOException {
        FolderCopy.besidesWeights(from, to, null);
        assertThat(copied()).containsExactly("LICENSE", "chat_template.jinja", "config.json", "tokenizer.json");
        assertThat(to.resolve("config.json")).hasSameBinaryContentAs(from.resolve("config.json"));
        assertThat(to.resolve("LICENSE")).hasSameBinaryContentAs(from.resolve("LICENSE"));
    }

    /** Sparse, so that nothing is written for it. */
    @Test
    void whatIsTooLargeToBeASettingStays() throws IOException {
        try (RandomAccessFile large =
                new RandomAccessFile(from.resolve("data.tar").toFile(), "rw")) {
            large.setLength((64L << 20) + 1);
        }
        FolderCopy.besidesWeights(from, to, null);
        assertThat(copied()).doesNotContain("data.tar");
    }

    @ParameterizedTest
    @CsvSource({"F32, float32", "F16, float16", "BF16, bfloat16"})
    void theConfigNamesTheWeightsNewFormatAsTransformersSpellsIt(DType type, String name) throws IOException {
        FolderCopy.besidesWeights(from, to, type);
        JsonObject config = JsonParser.parseString(Files.readString(to.resolve("config.json")))
                .getAsJsonObject();
        assertThat(config.get("torch_dtype").getAsString()).isEqualTo(name);
        assertThat(config.has("dtype")).isFalse();
        assertThat(config.get("model_type").getAsString()).isEqualTo("llama");
        assertThat(Files.readString(to.resolve("config.json"))).contains("<&>");
    }

    /** Transformers 5 writes {@code dtype}, and reads that first. */
    @Test
    void aConfigThatSaysDtypeSaysItOnce() throws IOException {
        Files.writeString(from.resolve("config.json"), "{\"dtype\": \"float32\"}");
        FolderCopy.besidesWeights(from, to, DType.BF16);
        assertThat(JsonParser.parseString(Files.readString(to.resolve("config.json"))))
                .hasToString("{\"dtype\":\"bfloat16\"}");
    }
}
