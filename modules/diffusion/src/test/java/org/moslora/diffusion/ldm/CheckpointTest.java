package org.moslora.diffusion.ldm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.diffusion.Formula;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.autoencoder.AutoencoderNames;
import org.moslora.diffusion.text.ClipTextConfig;
import org.moslora.diffusion.text.ClipTextNames;
import org.moslora.diffusion.unet.UNetConfig;
import org.moslora.diffusion.unet.UNetNames;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problem;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;
import org.moslora.tensors.WeightSource;

/** What the shapes of a single file say of a model, and what is wrong where they do not add up. */
class CheckpointTest {
    private static final String UNET = "model.diffusion_model.";
    private static final String AUTOENCODER = "first_stage_model.";
    private static final Map<CheckpointSource, String> UNETS = Map.of(
            CheckpointSource.V1,
            "'block_out_channels': [64, 64], 'layers_per_block': 1, 'cross_attention_dim': 64, 'down_block_types':"
                    + " ['CrossAttnDownBlock2D', 'DownBlock2D'], 'up_block_types': ['UpBlock2D', 'CrossAttnUpBlock2D']",
            CheckpointSource.V2,
            "'block_out_channels': [64, 128], 'layers_per_block': 1, 'cross_attention_dim': 64, 'attention_head_dim':"
                    + " [1, 2], 'use_linear_projection': true, 'down_block_types': ['CrossAttnDownBlock2D',"
                    + " 'DownBlock2D'], 'up_block_types': ['UpBlock2D', 'CrossAttnUpBlock2D']",
            CheckpointSource.XL,
            "'block_out_channels': [64, 128], 'layers_per_block': 2, 'cross_attention_dim': 128, 'attention_head_dim':"
                    + " [1, 2], 'use_linear_projection': true, 'transformer_layers_per_block': [1, 3],"
                    + " 'addition_embed_type': 'text_time', 'addition_time_embed_dim': 8,"
                    + " 'projection_class_embeddings_input_dim': 68, 'down_block_types': ['DownBlock2D',"
                    + " 'CrossAttnDownBlock2D'], 'up_block_types': ['CrossAttnUpBlock2D', 'UpBlock2D']");

    private static ConfigSection section(String fields) {
        return ConfigSection.parse("config.json", "{" + fields.replace('\'', '"') + "}", new Problems());
    }

    private static UNetConfig unet(CheckpointSource origin) {
        return UNetConfig.read(section(UNETS.get(origin)));
    }

    private static AutoencoderConfig autoencoder() {
        return AutoencoderConfig.read(section("'block_out_channels': [32, 64], 'layers_per_block': 2"));
    }

    /** Names and shapes of a small file as the programs wrote them that the models were trained with. */
    private static Map<String, List<Long>> file(CheckpointSource origin) {
        Map<String, List<Long>> shapes = new TreeMap<>();
        UNetSpelling names = new UNetSpelling(unet(origin));
        UNetNames.expected(unet(origin)).forEach((name, shape) -> shapes.put(UNET + names.tensor(name), shape));
        AutoencoderSpelling pictures = new AutoencoderSpelling(autoencoder());
        AutoencoderNames.expected(autoencoder())
                .forEach((name, shape) -> shapes.put(AUTOENCODER + pictures.tensor(name), shape));
        if (origin != CheckpointSource.V2) {
            String prefix = origin == CheckpointSource.XL
                    ? "conditioner.embedders.0.transformer."
                    : "cond_stage_model.transformer.";
            ClipTextConfig hub = ClipTextConfig.read(
                    section("'vocab_size': 20, 'hidden_size': 64, 'intermediate_size': 70, 'num_hidden_layers': 2,"
                            + " 'num_attention_heads': 1, 'max_position_embeddings': 9"),
                    false);
            ClipTextNames.expected(hub).forEach((name, shape) -> shapes.put(prefix + name, shape));
        }
        if (origin != CheckpointSource.V1) {
            openClip(
                    shapes,
                    origin == CheckpointSource.XL ? "conditioner.embedders.1.model." : "cond_stage_model.model.");
        }
        return shapes;
    }

    /** OpenCLIP's text encoder of three blocks of width 64. */
    private static void openClip(Map<String, List<Long>> shapes, String prefix) {
        shapes.put(prefix + "token_embedding.weight", List.of(20L, 64L));
        shapes.put(prefix + "positional_embedding", List.of(9L, 64L));
        shapes.put(prefix + "text_projection", List.of(64L, 20L));
        shapes.put(prefix + "ln_final.weight", List.of(64L));
        shapes.put(prefix + "ln_final.bias", List.of(64L));
        for (int i = 0; i < 3; i++) {
            String block = prefix + "transformer.resblocks." + i + ".";
            for (String norm : List.of("ln_1", "ln_2")) {
                shapes.put(block + norm + ".weight", List.of(64L));
                shapes.put(block + norm + ".bias", List.of(64L));
            }
            shapes.put(block + "attn.in_proj_weight", List.of(192L, 64L));
            shapes.put(block + "attn.in_proj_bias", List.of(192L));
            linear(shapes, block + "attn.out_proj", 64, 64);
            linear(shapes, block + "mlp.c_fc", 70, 64);
            linear(shapes, block + "mlp.c_proj", 64, 70);
        }
    }

    private static void linear(Map<String, List<Long>> shapes, String path, long outputs, long inputs) {
        shapes.put(path + ".weight", List.of(outputs, inputs));
        shapes.put(path + ".bias", List.of(outputs));
    }

    @ParameterizedTest
    @EnumSource(CheckpointSource.class)
    void shapesSayWhatTheConfigWouldSay(CheckpointSource origin) {
        Checkpoint checkpoint = new Checkpoint(Formula.of(file(origin)));
        UNetConfig wanted = unet(origin);
        assertThat(checkpoint.unet().levels()).isEqualTo(wanted.levels());
        assertThat(checkpoint.unet().added()).isEqualTo(wanted.added());
        assertThat(checkpoint.unet().linearProjection()).isEqualTo(wanted.linearProjection());
        assertThat(checkpoint.unet().textWidth()).isEqualTo(wanted.textWidth());
        assertThat(checkpoint.autoencoder().channels()).containsExactly(32, 64);
        assertThat(checkpoint.autoencoder().layers()).isEqualTo(2);
        assertThat(checkpoint.texts()).hasSize(origin == CheckpointSource.XL ? 2 : 1);
    }

    /** No shape tells these: side of the pictures and the scale of latents are the model's, as its authors had them. */
    @ParameterizedTest
    @CsvSource({"V1, 64, 0.18215, quick_gelu, 2", "V2, 96, 0.18215, gelu, 2", "XL, 128, 0.13025, gelu, 3"})
    void whatNoShapeTellsIsThePublishedModels(
            CheckpointSource origin, int side, double scale, String activation, int blocks) {
        Checkpoint checkpoint = new Checkpoint(Formula.of(file(origin)));
        assertThat(checkpoint.unet().sampleSize()).isEqualTo(side);
        assertThat(checkpoint.autoencoder().scalingFactor()).isEqualTo(scale);
        ClipTextConfig last = checkpoint.texts().get(checkpoint.texts().size() - 1);
        assertThat(last.activation()).isEqualTo(activation);
        assertThat(last.layers()).isEqualTo(blocks);
        assertThat(last.projection()).isEqualTo(origin == CheckpointSource.XL ? 20 : 0);
    }

    @ParameterizedTest
    @EnumSource(CheckpointSource.class)
    void everyTensorIsTakenOnce(CheckpointSource origin) {
        Problems problems = new Problems();
        Checkpoint checkpoint = new Checkpoint(Formula.of(file(origin)));
        assertThat(checkpoint.unetWeights(problems).names())
                .isEqualTo(UNetNames.expected(unet(origin)).keySet());
        assertThat(checkpoint.autoencoderWeights(problems).names())
                .isEqualTo(AutoencoderNames.expected(autoencoder()).keySet());
        for (int i = 0; i < checkpoint.texts().size(); i++) {
            SortedMap<String, List<Long>> wanted =
                    ClipTextNames.expected(checkpoint.texts().get(i));
            WeightSource given = checkpoint.textWeights(i, problems);
            wanted.forEach((name, shape) ->
                    assertThat(given.info(name).shape()).as(name).isEqualTo(shape));
        }
        checkpoint.reportUnused(problems);
        assertThat(problems.found()).isEmpty();
    }

    @Test
    void strangersAreCountedAndTheFirstOfThemNamed() {
        Map<String, List<Long>> shapes = file(CheckpointSource.V1);
        for (int i = 0; i < 7; i++) {
            shapes.put("control_model." + i, List.of(1L));
        }
        shapes.put("model_ema.decay", List.of(1L));
        shapes.put("model.betas", List.of(1000L));
        Problems problems = new Problems();
        Checkpoint checkpoint = new Checkpoint(Formula.of(shapes));
        checkpoint.unetWeights(problems);
        checkpoint.autoencoderWeights(problems);
        checkpoint.textWeights(0, problems);
        checkpoint.reportUnused(problems);
        assertThat(problems.found())
                .singleElement()
                .extracting(Problem::what)
                .satisfies(what -> assertThat(what)
                        .contains("7 tensors belong to no part", "control_model.0, ", "control_model.4, …")
                        .doesNotContain("control_model.5", "betas", "model_ema"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "V1 | model.diffusion_model.out.2.weight | is missing",
                "V1 | first_stage_model.decoder.conv_in.weight | is missing",
                "V1 | cond_stage_model.transformer.text_model.embeddings.token_embedding.weight | is missing",
                "V2 | cond_stage_model.model.positional_embedding | is missing",
                "XL | conditioner.embedders.1.model.text_projection | is missing"
            })
    void whatAConfigIsToldFromMustBeThere(CheckpointSource origin, String name, String what) {
        Map<String, List<Long>> shapes = file(origin);
        shapes.remove(name);
        assertThatThrownBy(() -> new Checkpoint(Formula.of(shapes)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(name)
                .hasMessageContaining(what);
    }

    @Test
    void headsOfAnotherWidthAreNotGuessed() {
        Map<String, List<Long>> shapes = file(CheckpointSource.V2);
        shapes.replaceAll((name, shape) -> name.endsWith("token_embedding.weight") ? List.of(20L, 72L) : shape);
        assertThatThrownBy(() -> new Checkpoint(Formula.of(shapes)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("width 72")
                .hasMessageContaining("no multiple of 64")
                .hasMessageContaining("use the diffusers folder");
    }

    /** Query, key and value in a tensor of another number of axes are taken as they are, for their shape to be refused. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"192 64 2 | 64 64 2", "'' | ''", "192 | 64"})
    void aJoinedMatrixOfOtherAxesKeepsThem(String stored, String given) {
        Map<String, List<Long>> shapes = file(CheckpointSource.V2);
        shapes.put("cond_stage_model.model.transformer.resblocks.1.attn.in_proj_weight", axes(stored));
        WeightSource texts = new Checkpoint(Formula.of(shapes)).textWeights(0, new Problems());
        assertThat(texts.info("text_model.encoder.layers.1.self_attn.v_proj.weight")
                        .shape())
                .isEqualTo(axes(given));
    }

    private static List<Long> axes(String text) {
        return Arrays.stream(text.split(" "))
                .filter(axis -> !axis.isEmpty())
                .map(Long::valueOf)
                .toList();
    }

    /** Whatever is left out or has another shape, the file is read or refused; {@code -Dtests.seed=N} repeats a sequence. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void damagedFilesAreReadOrRefused(int kind) {
        CheckpointSource origin = CheckpointSource.values()[kind];
        long seed = Long.getLong("tests.seed", 77L);
        Random random = new Random(seed);
        Map<String, List<Long>> whole = file(origin);
        List<String> names = new ArrayList<>(whole.keySet());
        for (int i = 0; i < 60; i++) {
            Map<String, List<Long>> shapes = new TreeMap<>(whole);
            List<String> hurt = new ArrayList<>();
            for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
                hurt.add(damage(shapes, names.get(random.nextInt(names.size())), random));
            }
            try {
                take(shapes);
            } catch (InvalidInput refused) {
                assertThat(refused.problems()).isNotEmpty();
            } catch (RuntimeException other) {
                throw new AssertionError(origin + " of tests.seed=" + seed + " with " + hurt, other);
            }
        }
    }

    private static String damage(Map<String, List<Long>> shapes, String name, Random random) {
        List<Long> shape = shapes.get(name);
        List<List<Long>> others = List.of(List.of(), List.of(1L), List.of(0L, 3L), List.of(5L, 7L, 1L, 1L));
        int choice = random.nextInt(others.size() + 1);
        if (choice == others.size() || shape == null) {
            shapes.remove(name);
            return name + " gone";
        }
        shapes.put(name, others.get(choice));
        return name + " " + others.get(choice);
    }

    private static void take(Map<String, List<Long>> shapes) {
        Problems problems = new Problems();
        Checkpoint checkpoint = new Checkpoint(Formula.of(shapes));
        checkpoint.unetWeights(problems);
        checkpoint.autoencoderWeights(problems);
        for (int i = 0; i < checkpoint.texts().size(); i++) {
            checkpoint.textWeights(i, problems);
        }
        checkpoint.reportUnused(problems);
        problems.throwIfAny();
    }
}
