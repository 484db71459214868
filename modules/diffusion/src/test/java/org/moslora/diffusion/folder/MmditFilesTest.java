package org.moslora.diffusion.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.diffusion.Formula;
import org.moslora.diffusion.mmdit.Mmdit;
import org.moslora.diffusion.mmdit.MmditInput;
import org.moslora.diffusion.t5.T5Encoder;
import org.moslora.diffusion.text.TextEncoder;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Linears;
import org.moslora.layers.Site;
import org.moslora.problems.InvalidInput;
import org.moslora.testing.Trees;

/** Folders of Stable Diffusion 3 and FLUX.1, right and wrong. */
class MmditFilesTest {
    @TempDir
    Path folder;

    private MmditFiles open() {
        return MmditFiles.open(PipelineSource.of(folder), GeneratorFamily.of(folder));
    }

    @Test
    void aStableDiffusion3HasTwoClipsAndAT5() {
        TinyMmditFolder.stableDiffusion3(folder, true);
        try (MmditFiles files = open()) {
            assertThat(files.spelling()).isEqualTo("stable-diffusion-3");
            assertThat(files.description()).isEqualTo("Stable Diffusion 3");
            assertThat(files.weights().keySet())
                    .containsExactlyInAnyOrder(
                            Component.TRANSFORMER,
                            Component.AUTOENCODER,
                            Component.TEXT_ENCODER,
                            Component.TEXT_ENCODER_2,
                            Component.TEXT_ENCODER_3);
            assertThat(files.t5Tokenizer()).isEqualTo(folder.resolve("tokenizer_3"));
            assertThat(files.adapts(Component.TEXT_ENCODER_2)).isTrue();
            assertThat(files.adapts(Component.TEXT_ENCODER_3)).isFalse();
        }
    }

    /** The table of positions is a buffer in diffusers: 5 · 5 places of width 16 are no parameters. */
    @Test
    void parametersAreThoseThatDiffusersCounts() {
        TinyMmditFolder.stableDiffusion3(folder, false);
        try (MmditFiles files = open()) {
            long stored = files.weights(Component.TRANSFORMER).elements();
            assertThat(files.parameters()).containsEntry(Component.TRANSFORMER, stored - 5 * 5 * 16);
        }
    }

    @Test
    void aStableDiffusion3MayBeWithoutT5() {
        TinyMmditFolder.stableDiffusion3(folder, false);
        Engine.start(1);
        try (MmditFiles files = open()) {
            assertThat(files.t5()).isNull();
            assertThat(files.buildT5(Compute.cpu())).isNull();
            assertThat(files.clips()).hasSize(2);
        }
    }

    @Test
    void aFlux1TakesItsT5ForTheSecondEncoder() {
        TinyMmditFolder.flux1(folder);
        try (MmditFiles files = open()) {
            assertThat(files.description()).isEqualTo("FLUX.1");
            assertThat(files.t5Component()).isEqualTo(Component.TEXT_ENCODER_2);
            assertThat(files.t5Tokenizer()).isEqualTo(folder.resolve("tokenizer_2"));
            assertThat(files.adapts(Component.TEXT_ENCODER)).isTrue();
            assertThat(files.adapts(Component.TEXT_ENCODER_2)).isFalse();
        }
    }

    @Test
    void sitesAreThoseOfTheBuiltModels() {
        Engine.start(1);
        for (boolean flux : List.of(true, false)) {
            Path own = folder.resolve("flux-" + flux);
            Path path = flux ? TinyMmditFolder.flux1(own) : TinyMmditFolder.stableDiffusion3(own, true);
            SortedMap<String, Site> made = new TreeMap<>();
            Linears noting = linear -> made.put(linear.site().path(), linear.site());
            try (MmditFiles files = MmditFiles.open(PipelineSource.of(path), GeneratorFamily.of(path))) {
                files.buildTransformer(noting, Compute.cpu()).close();
                files.buildClips(noting, Compute.cpu()).forEach(TextEncoder::close);
                assertThat(Sites.of(files)).isEqualTo(made);
            }
        }
    }

    @Test
    void whatWasBuiltOutlivesTheFiles() {
        Engine.start(1);
        TinyMmditFolder.flux1(folder);
        Mmdit transformer;
        T5Encoder t5;
        try (MmditFiles files = open()) {
            transformer = files.buildTransformer(Linears.plain(), Compute.cpu());
            t5 = files.buildT5(Compute.cpu());
        }
        try (transformer;
                t5;
                Arena step = transformer.step()) {
            NDArray text = t5.encode(step, List.of(new int[] {3, 1, 0}));
            MmditInput input = new MmditInput(List.of(500.0), text, Formula.array(step, "pooled", 1, 12), List.of(3.5));
            NDArray velocity = transformer.predict(step, Formula.array(step, "latents", 1, 4, 4, 4), input);
            assertThat(velocity.toFloatArray()).hasSize(64).doesNotContain(Float.NaN);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "TEXT_ENCODER_3 | 'd_model': 16 | T5 gives states of width 16 | reads 24 (joint_attention_dim)",
                "TEXT_ENCODER_2 | 'projection_dim': 9 | the CLIPs pool to width 16 | takes 14 (pooled_projection_dim)",
                "TEXT_ENCODER | 'hidden_size': 15 | states of width 27 together | reads 24 (joint_attention_dim)",
                "AUTOENCODER | 'latent_channels': 16 | latents have 16 channels | reads 4"
            })
    void componentsThatDoNotBelongTogetherAreRefused(Component component, String changes, String what, String rule) {
        TinyMmditFolder.stableDiffusion3(folder, true);
        TinyMmditFolder.change(folder, component, changes);
        assertThatThrownBy(this::open)
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining(what)
                .hasMessageContaining(rule);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "SD3Transformer2DModel | PixArtTransformer2DModel | computes SD3Transformer2DModel",
                "CLIPTextModelWithProjection | CLIPTextModel | computes CLIPTextModelWithProjection",
                "T5EncoderModel | UMT5EncoderModel | text_encoder_3 is not of class T5EncoderModel",
                "AutoencoderKL | AutoencoderDC | computes AutoencoderKL"
            })
    void otherClassesAreRefusedByName(String right, String wrong, String what) {
        TinyMmditFolder.stableDiffusion3(folder, true);
        TinyModel.text(folder.resolve("model_index.json"), TinyMmditFolder.STABLE_DIFFUSION_3.replace(right, wrong));
        assertThatThrownBy(this::open)
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("model_index.json")
                .hasMessageContaining(what);
    }

    @Test
    void problemsOfAllComponentsAreToldTogether() throws Exception {
        TinyMmditFolder.stableDiffusion3(folder, true);
        Files.delete(folder.resolve("text_encoder_3/model.safetensors"));
        Trees.delete(folder.resolve("vae"));
        Files.writeString(folder.resolve("text_encoder/config.json"), "{\"hidden_act\": \"mish\"}");
        assertThatThrownBy(this::open)
                .hasMessageContaining("text_encoder_3")
                .hasMessageContaining("there is no such folder")
                .hasMessageContaining("mish");
    }

    @Test
    void weightsFromElsewhereAreForComponentsThatAreThere() {
        TinyMmditFolder.stableDiffusion3(folder, false);
        Formula t5 = Formula.of(new TreeMap<>());
        PipelineSource source = new PipelineSource(folder, folder, Map.of(Component.TEXT_ENCODER_3, t5));
        assertThatThrownBy(() -> MmditFiles.open(source, GeneratorFamily.STABLE_DIFFUSION_3))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("holds a text_encoder_3")
                .hasMessageContaining(folder + " has none");
    }
}
