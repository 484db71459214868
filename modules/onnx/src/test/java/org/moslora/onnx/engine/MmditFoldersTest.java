package org.moslora.onnx.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.diffusion.folder.GeneratorFamily;
import org.moslora.problems.InvalidInput;

/** A folder of a Stable Diffusion 3's or FLUX.1's graphs is whole and of one model, or what is wrong is named as it is opened. */
final class MmditFoldersTest {
    @TempDir
    private Path folder;

    private MmditGraphs opened(boolean flux) {
        return MmditGraphs.open(folder, flux ? GeneratorFamily.FLUX_1 : GeneratorFamily.STABLE_DIFFUSION_3);
    }

    private void refused(boolean flux, String... words) {
        assertThatThrownBy(() -> opened(flux)).isInstanceOf(InvalidInput.class).hasMessageContainingAll(words);
    }

    private void change(String part, Consumer<JsonObject> change) throws IOException {
        Path config = folder.resolve(part).resolve("config.json");
        JsonObject json = JsonParser.parseString(Files.readString(config)).getAsJsonObject();
        change.accept(json);
        Files.writeString(config, json.toString());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWholeFolderIsOpened(boolean flux) {
        MmditGraphFolder.write(folder, flux);
        MmditGraphs graphs = opened(flux);
        assertThat(graphs.clips()).hasSize(flux ? 1 : 2);
        assertThat(graphs.t5()).isNotNull();
        assertThat(graphs.graphs()).containsKeys("transformer", "vae_encoder", "vae_decoder", graphs.deepPart());
        assertThat(graphs.deepTokenizer()).isEqualTo(folder.resolve(flux ? "tokenizer_2" : "tokenizer_3"));
    }

    @ParameterizedTest
    @CsvSource({
        "false, text_encoder",
        "false, text_encoder_2",
        "false, text_encoder_3",
        "false, transformer",
        "false, vae_encoder",
        "false, vae_decoder",
        "true, text_encoder",
        "true, text_encoder_2",
        "true, transformer"
    })
    void aGraphThatIsMissingIsNamed(boolean flux, String part) throws IOException {
        MmditGraphFolder.write(folder, flux);
        Path graph = folder.resolve(part).resolve("model.onnx");
        Files.delete(graph);
        refused(flux, graph.toString(), "is missing");
    }

    @Test
    void aStableDiffusion3WithoutTheFolderOfT5HasNone() throws IOException {
        MmditGraphFolder.write(folder, false);
        Files.delete(folder.resolve("text_encoder_3/model.onnx"));
        Files.delete(folder.resolve("text_encoder_3/config.json"));
        Files.delete(folder.resolve("text_encoder_3"));
        MmditGraphs graphs = opened(false);
        assertThat(graphs.t5()).isNull();
        assertThat(graphs.deepTokenizer()).isNull();
        assertThat(graphs.graphs()).doesNotContainKey("text_encoder_3");
    }

    /** A key that is lost stands for the class's default, which the graph was not made with. */
    @ParameterizedTest
    @CsvSource({
        "false, transformer, in_channels",
        "false, transformer, joint_attention_dim",
        "false, transformer, pooled_projection_dim",
        "false, text_encoder, hidden_size",
        "false, text_encoder, num_hidden_layers",
        "false, text_encoder, projection_dim",
        "false, text_encoder_2, projection_dim",
        "false, text_encoder_2, hidden_size",
        "false, text_encoder_3, d_model",
        "false, vae_decoder, latent_channels",
        "false, vae_decoder, block_out_channels",
        "true, transformer, in_channels",
        "true, transformer, joint_attention_dim",
        "true, transformer, pooled_projection_dim",
        "true, text_encoder, hidden_size",
        "true, text_encoder_2, d_model",
        "true, vae_decoder, block_out_channels"
    })
    void aKeyThatAConfigHasLostIsNamed(boolean flux, String part, String key) throws IOException {
        MmditGraphFolder.write(folder, flux);
        change(part, json -> assertThat(json.remove(key)).isNotNull());
        refused(flux, folder.resolve(part).toString(), key);
    }

    /** Each graph fits the config beside it, but together they are no model. */
    @ParameterizedTest
    @CsvSource({"true, text_encoder, 8, 4", "false, text_encoder_2, 8, 5"})
    void textEncodersThatPoolToAnotherWidthAreNamed(boolean flux, String part, int hidden, int projection)
            throws IOException {
        MmditGraphFolder written = MmditGraphFolder.write(folder, flux);
        Files.delete(folder.resolve(part).resolve("model.onnx"));
        written.clip(part, hidden, projection);
        refused(
                flux,
                folder.resolve("transformer/config.json").toString(),
                "pooled_projection_dim",
                folder.resolve(part).toString());
    }

    @Test
    void graphsThatAreMissingAreToldTogether() throws IOException {
        MmditGraphFolder.write(folder, false);
        Path decoder = folder.resolve("vae_decoder/model.onnx");
        Path encoder = folder.resolve("text_encoder/model.onnx");
        Files.delete(decoder);
        Files.delete(encoder);
        refused(false, decoder.toString(), encoder.toString());
    }
}
