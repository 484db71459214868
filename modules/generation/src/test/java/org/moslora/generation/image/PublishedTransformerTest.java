package org.moslora.generation.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.moslora.diffusion.flux2.Flux2Config;
import org.moslora.diffusion.flux2.Flux2Names;
import org.moslora.diffusion.folder.Component;
import org.moslora.diffusion.folder.GeneratorFamily;
import org.moslora.diffusion.mmdit.MmditConfig;
import org.moslora.diffusion.mmdit.MmditNames;
import org.moslora.diffusion.zimage.ZImageConfig;
import org.moslora.diffusion.zimage.ZImageNames;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightSource;

/** Transformers written here as their authors publish them, by tables of this test's own, and read under diffusers' names. */
final class PublishedTransformerTest {
    @TempDir
    private Path folder;

    /** A family with a small config, and its published layers: each with diffusers' layers, whose rows it has in order. */
    enum Published {
        FLUX_1(GeneratorFamily.FLUX_1, "model.diffusion_model.", """
                double_blocks.# img_attn.qkv = transformer_blocks.# attn.to_q attn.to_k attn.to_v
                double_blocks.# txt_attn.qkv = transformer_blocks.# attn.add_q_proj attn.add_k_proj attn.add_v_proj
                double_blocks.# img_attn.proj = transformer_blocks.# attn.to_out.0
                double_blocks.# txt_attn.proj = transformer_blocks.# attn.to_add_out
                double_blocks.# img_mlp.0 = transformer_blocks.# ff.net.0.proj
                double_blocks.# img_mlp.2 = transformer_blocks.# ff.net.2
                double_blocks.# txt_mlp.0 = transformer_blocks.# ff_context.net.0.proj
                double_blocks.# txt_mlp.2 = transformer_blocks.# ff_context.net.2
                double_blocks.# img_mod.lin = transformer_blocks.# norm1.linear
                double_blocks.# txt_mod.lin = transformer_blocks.# norm1_context.linear
                double_blocks.# img_attn.norm.query_norm = transformer_blocks.# attn.norm_q
                double_blocks.# img_attn.norm.key_norm = transformer_blocks.# attn.norm_k
                double_blocks.# txt_attn.norm.query_norm = transformer_blocks.# attn.norm_added_q
                double_blocks.# txt_attn.norm.key_norm = transformer_blocks.# attn.norm_added_k
                single_blocks.# linear1 = single_transformer_blocks.# attn.to_q attn.to_k attn.to_v proj_mlp
                single_blocks.# linear2 = single_transformer_blocks.# proj_out
                single_blocks.# modulation.lin = single_transformer_blocks.# norm.linear
                single_blocks.# norm.query_norm = single_transformer_blocks.# attn.norm_q
                single_blocks.# norm.key_norm = single_transformer_blocks.# attn.norm_k
                img_in = x_embedder
                txt_in = context_embedder
                time_in.in_layer = time_text_embed.timestep_embedder.linear_1
                time_in.out_layer = time_text_embed.timestep_embedder.linear_2
                vector_in.in_layer = time_text_embed.text_embedder.linear_1
                vector_in.out_layer = time_text_embed.text_embedder.linear_2
                guidance_in.in_layer = time_text_embed.guidance_embedder.linear_1
                guidance_in.out_layer = time_text_embed.guidance_embedder.linear_2
                final_layer.linear = proj_out
                final_layer.adaLN_modulation.1 ~ norm_out.linear
                """),
        FLUX_2(GeneratorFamily.FLUX2_KLEIN, "", """
                double_blocks.# img_attn.qkv = transformer_blocks.# attn.to_q attn.to_k attn.to_v
                double_blocks.# txt_attn.qkv = transformer_blocks.# attn.add_q_proj attn.add_k_proj attn.add_v_proj
                double_blocks.# img_attn.proj = transformer_blocks.# attn.to_out.0
                double_blocks.# txt_attn.proj = transformer_blocks.# attn.to_add_out
                double_blocks.# img_mlp.0 = transformer_blocks.# ff.linear_in
                double_blocks.# img_mlp.2 = transformer_blocks.# ff.linear_out
                double_blocks.# txt_mlp.0 = transformer_blocks.# ff_context.linear_in
                double_blocks.# txt_mlp.2 = transformer_blocks.# ff_context.linear_out
                double_blocks.# img_attn.norm.query_norm = transformer_blocks.# attn.norm_q
                double_blocks.# img_attn.norm.key_norm = transformer_blocks.# attn.norm_k
                double_blocks.# txt_attn.norm.query_norm = transformer_blocks.# attn.norm_added_q
                double_blocks.# txt_attn.norm.key_norm = transformer_blocks.# attn.norm_added_k
                single_blocks.# linear1 = single_transformer_blocks.# attn.to_qkv_mlp_proj
                single_blocks.# linear2 = single_transformer_blocks.# attn.to_out
                single_blocks.# norm.query_norm = single_transformer_blocks.# attn.norm_q
                single_blocks.# norm.key_norm = single_transformer_blocks.# attn.norm_k
                img_in = x_embedder
                txt_in = context_embedder
                time_in.in_layer = time_guidance_embed.timestep_embedder.linear_1
                time_in.out_layer = time_guidance_embed.timestep_embedder.linear_2
                double_stream_modulation_img.lin = double_stream_modulation_img.linear
                double_stream_modulation_txt.lin = double_stream_modulation_txt.linear
                single_stream_modulation.lin = single_stream_modulation.linear
                final_layer.linear = proj_out
                final_layer.adaLN_modulation.1 ~ norm_out.linear
                """),
        STABLE_DIFFUSION_3(GeneratorFamily.STABLE_DIFFUSION_3, "model.diffusion_model.", """
                joint_blocks.# x_block.attn.qkv = transformer_blocks.# attn.to_q attn.to_k attn.to_v
                joint_blocks.# context_block.attn.qkv = transformer_blocks.# attn.add_q_proj attn.add_k_proj attn.add_v_proj
                joint_blocks.# x_block.attn.proj = transformer_blocks.# attn.to_out.0
                joint_blocks.# context_block.attn.proj = transformer_blocks.# attn.to_add_out
                joint_blocks.# x_block.attn2.qkv = transformer_blocks.# attn2.to_q attn2.to_k attn2.to_v
                joint_blocks.# x_block.attn2.proj = transformer_blocks.# attn2.to_out.0
                joint_blocks.# x_block.attn.ln_q = transformer_blocks.# attn.norm_q
                joint_blocks.# x_block.attn.ln_k = transformer_blocks.# attn.norm_k
                joint_blocks.# x_block.attn2.ln_q = transformer_blocks.# attn2.norm_q
                joint_blocks.# x_block.attn2.ln_k = transformer_blocks.# attn2.norm_k
                joint_blocks.# context_block.attn.ln_q = transformer_blocks.# attn.norm_added_q
                joint_blocks.# context_block.attn.ln_k = transformer_blocks.# attn.norm_added_k
                joint_blocks.# x_block.mlp.fc1 = transformer_blocks.# ff.net.0.proj
                joint_blocks.# x_block.mlp.fc2 = transformer_blocks.# ff.net.2
                joint_blocks.# context_block.mlp.fc1 = transformer_blocks.# ff_context.net.0.proj
                joint_blocks.# context_block.mlp.fc2 = transformer_blocks.# ff_context.net.2
                joint_blocks.# x_block.adaLN_modulation.1 = transformer_blocks.# norm1.linear
                joint_blocks.0 context_block.adaLN_modulation.1 = transformer_blocks.0 norm1_context.linear
                joint_blocks.1 context_block.adaLN_modulation.1 ~ transformer_blocks.1 norm1_context.linear
                x_embedder.proj = pos_embed.proj
                context_embedder = context_embedder
                t_embedder.mlp.0 = time_text_embed.timestep_embedder.linear_1
                t_embedder.mlp.2 = time_text_embed.timestep_embedder.linear_2
                y_embedder.mlp.0 = time_text_embed.text_embedder.linear_1
                y_embedder.mlp.2 = time_text_embed.text_embedder.linear_2
                final_layer.linear = proj_out
                final_layer.adaLN_modulation.1 ~ norm_out.linear
                pos_embed = pos_embed.pos_embed
                """),
        Z_IMAGE(GeneratorFamily.Z_IMAGE, "model.diffusion_model.", """
                layers.# attention.qkv = layers.# attention.to_q attention.to_k attention.to_v
                layers.# attention.out = layers.# attention.to_out.0
                layers.# attention.q_norm = layers.# attention.norm_q
                layers.# attention.k_norm = layers.# attention.norm_k
                noise_refiner.# attention.qkv = noise_refiner.# attention.to_q attention.to_k attention.to_v
                noise_refiner.# attention.out = noise_refiner.# attention.to_out.0
                noise_refiner.# attention.q_norm = noise_refiner.# attention.norm_q
                noise_refiner.# attention.k_norm = noise_refiner.# attention.norm_k
                context_refiner.# attention.qkv = context_refiner.# attention.to_q attention.to_k attention.to_v
                context_refiner.# attention.out = context_refiner.# attention.to_out.0
                context_refiner.# attention.q_norm = context_refiner.# attention.norm_q
                context_refiner.# attention.k_norm = context_refiner.# attention.norm_k
                x_embedder = all_x_embedder.2-1
                final_layer.linear = all_final_layer.2-1.linear
                final_layer.adaLN_modulation.1 = all_final_layer.2-1.adaLN_modulation.1
                """);

        private final GeneratorFamily family;
        private final String prefix;
        private final String table;

        Published(GeneratorFamily family, String prefix, String table) {
            this.family = family;
            this.prefix = prefix;
            this.table = table;
        }

        SortedMap<String, List<Long>> shapes() {
            return switch (this) {
                case FLUX_1 ->
                    MmditNames.expected(new MmditConfig(
                            true, 4, 2, 8, 2, 2, 24, 12, true, List.of(2, 2, 4), 0, 128, Set.of(), true));
                case STABLE_DIFFUSION_3 ->
                    MmditNames.expected(
                            new MmditConfig(false, 4, 2, 8, 2, 0, 24, 12, false, List.of(), 6, 128, Set.of(0), true));
                case FLUX_2 ->
                    Flux2Names.expected(new Flux2Config(16, 2, 2, 2, 8, 24, 16, 3.0, 2000, List.of(2, 2, 2, 2)));
                case Z_IMAGE ->
                    ZImageNames.expected(new ZImageConfig(
                            4, 24, 2, 1, 3, 1e-5, 20, 256, 1000, List.of(4, 2, 2), List.of(64, 32, 32)));
            };
        }
    }

    /** Lines of a table for every block, as the published name, whether halves are exchanged, and diffusers' names. */
    private record Line(String published, boolean exchanged, List<String> ours) {
        static Stream<Line> of(String line) {
            Stream<String> blocks =
                    line.contains("#") ? Stream.of("0", "1").map(block -> line.replace("#", block)) : Stream.of(line);
            return blocks.map(each -> {
                String[] sides = each.split(" [=~] ");
                String[] ours = sides[1].split(" ");
                List<String> paths = new ArrayList<>();
                for (int i = 1; i < ours.length; i++) {
                    paths.add(ours[0] + "." + ours[i]);
                }
                return new Line(
                        sides[0].replace(' ', '.'), each.contains(" ~ "), paths.isEmpty() ? List.of(ours) : paths);
            });
        }
    }

    private static SortedMap<String, float[]> values(Map<String, List<Long>> shapes) {
        Random random = new Random(8);
        SortedMap<String, float[]> values = new TreeMap<>();
        shapes.forEach((name, shape) -> {
            float[] all =
                    new float[(int) shape.stream().reduce(1L, (a, b) -> a * b).longValue()];
            for (int i = 0; i < all.length; i++) {
                all[i] = random.nextFloat();
            }
            values.put(name, all);
        });
        return values;
    }

    /** The tensors as they are published. */
    private static List<TensorData> published(
            Published published, Map<String, List<Long>> shapes, Map<String, float[]> values) {
        List<TensorData> tensors = new ArrayList<>();
        Map<String, float[]> left = new TreeMap<>(values);
        published.table.lines().flatMap(Line::of).forEach(line -> {
            for (String suffix : List.of(".weight", ".bias", "")) {
                if (left.containsKey(line.ours().get(0) + suffix)) {
                    List<String> names =
                            line.ours().stream().map(path -> path + suffix).toList();
                    boolean scale = line.published().endsWith("_norm")
                            && !line.published().contains("attention");
                    String end = scale ? ".scale" : suffix;
                    tensors.add(joined(
                            published.prefix + line.published() + end,
                            line.exchanged(),
                            names.stream().map(shapes::get).toList(),
                            names.stream().map(left::remove).toList()));
                }
            }
        });
        left.forEach((name, all) -> tensors.add(TensorData.of(published.prefix + name, shapes.get(name), all)));
        return tensors;
    }

    private static TensorData joined(String name, boolean exchanged, List<List<Long>> shapes, List<float[]> parts) {
        List<Long> shape = new ArrayList<>(shapes.get(0));
        shape.set(0, shapes.stream().mapToLong(each -> each.get(0)).sum());
        float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
        int at = exchanged ? all.length / 2 : 0;
        for (float[] part : parts) {
            for (float value : part) {
                all[at++ % all.length] = value;
            }
        }
        return TensorData.of(name, shape, all);
    }

    @ParameterizedTest
    @EnumSource(Published.class)
    void everyTensorIsThatOfDiffusers(Published published) {
        SortedMap<String, List<Long>> shapes = published.shapes();
        SortedMap<String, float[]> values = values(shapes);
        List<TensorData> tensors = published(published, shapes, values);
        assertThat(tensors.size()).isLessThan(values.size());
        if (!published.prefix.isEmpty()) {
            tensors.add(TensorData.of("model_ema.decay", List.of(1L), new float[1]));
            tensors.add(TensorData.of(published.prefix + "norm_final.weight", List.of(1L), new float[1]));
        }
        Path file = folder.resolve("published.safetensors");
        SafetensorsWriter.write(file, tensors, Map.of());
        assertThat(PublishedTransformer.family(file)).contains(published.family);
        try (WeightSource read = transformer(file)) {
            assertThat(read.names()).containsExactlyElementsOf(shapes.keySet());
            shapes.forEach((name, shape) -> {
                assertThat(read.info(name).shape()).as(name).isEqualTo(shape);
                assertThat(HalfFloats.floats(read, name)).as(name).isEqualTo(values.get(name));
            });
        }
    }

    private static WeightSource transformer(Path file) {
        return Objects.requireNonNull(PublishedCheckpoint.open(file, line -> {}).get(Component.TRANSFORMER));
    }

    /** Text encoders of every family are known by the names that ComfyUI has for them; those of others are not. */
    @ParameterizedTest
    @EnumSource(Published.class)
    void encodersOfEveryFamilyAreKnown(Published published) {
        Map<String, Component> encoders = switch (published) {
            case FLUX_1 -> Map.of("clip_l", Component.TEXT_ENCODER, "t5xxl", Component.TEXT_ENCODER_2);
            case STABLE_DIFFUSION_3 ->
                Map.of(
                        "clip_l", Component.TEXT_ENCODER,
                        "clip_g", Component.TEXT_ENCODER_2,
                        "t5xxl", Component.TEXT_ENCODER_3);
            case FLUX_2 -> Map.of("qwen3_8b", Component.TEXT_ENCODER);
            case Z_IMAGE -> Map.of("qwen3_4b", Component.TEXT_ENCODER);
        };
        List<TensorData> tensors = published(published, published.shapes(), values(published.shapes()));
        encoders.keySet().forEach(name -> {
            tensors.add(one("text_encoders." + name + ".transformer.model.norm.weight"));
            tensors.add(one("text_encoders." + name + ".logit_scale"));
        });
        Path file = folder.resolve("encoders.safetensors");
        SafetensorsWriter.write(file, tensors, Map.of());
        Map<Component, WeightSource> parts = PublishedCheckpoint.open(file, line -> {});
        encoders.values()
                .forEach(component -> assertThat(
                                Objects.requireNonNull(parts.get(component)).names())
                        .containsExactly("model.norm.weight"));
        assertThat(parts).hasSize(1 + encoders.size());
        parts.values().forEach(WeightSource::close);
        String other = "text_encoders.umt5xxl.transformer.shared.weight";
        tensors.add(one(other));
        SafetensorsWriter.write(file, tensors, Map.of());
        assertThatThrownBy(() -> PublishedCheckpoint.open(file, line -> {}))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(other);
    }

    private static TensorData one(String name) {
        return TensorData.of(name, List.of(1L), new float[1]);
    }

    @Test
    void whatIsStrangeIsNamed() {
        Published flux = Published.FLUX_1;
        List<TensorData> tensors = published(flux, flux.shapes(), values(flux.shapes()));
        tensors.add(TensorData.of(flux.prefix + "double_blocks.0.img_mlp.0.scale_weight", List.of(1L), new float[1]));
        Path file = folder.resolve("strange.safetensors");
        SafetensorsWriter.write(file, tensors, Map.of());
        assertThatThrownBy(() -> PublishedCheckpoint.open(file, line -> {}))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("1 tensors are of no part of FLUX.1 that is known here")
                .hasMessageContaining("double_blocks.0.img_mlp.0.scale_weight");
    }
}
