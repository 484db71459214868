package org.moslora;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightSource;

/** Writes diffusers' transformer of a FLUX.1 or Stable Diffusion 3 as its authors would have published it. */
final class PublishedMmdit {
    /** Published layers that hold several of diffusers', or have another name. */
    private static final List<List<String>> BLOCKS = List.of(
            List.of("img_attn.qkv", "x_block.attn.qkv", "attn.to_q", "attn.to_k", "attn.to_v"),
            List.of("txt_attn.qkv", "context_block.attn.qkv", "attn.add_q_proj", "attn.add_k_proj", "attn.add_v_proj"),
            List.of("-", "x_block.attn2.qkv", "attn2.to_q", "attn2.to_k", "attn2.to_v"),
            List.of("img_attn.proj", "x_block.attn.proj", "attn.to_out.0"),
            List.of("-", "x_block.attn2.proj", "attn2.to_out.0"),
            List.of("txt_attn.proj", "context_block.attn.proj", "attn.to_add_out"),
            List.of("img_mlp.0", "x_block.mlp.fc1", "ff.net.0.proj"),
            List.of("img_mlp.2", "x_block.mlp.fc2", "ff.net.2"),
            List.of("txt_mlp.0", "context_block.mlp.fc1", "ff_context.net.0.proj"),
            List.of("txt_mlp.2", "context_block.mlp.fc2", "ff_context.net.2"),
            List.of("img_mod.lin", "x_block.adaLN_modulation.1", "norm1.linear"),
            List.of("txt_mod.lin", "context_block.adaLN_modulation.1", "norm1_context.linear"),
            List.of("img_attn.norm.query_norm", "x_block.attn.ln_q", "attn.norm_q"),
            List.of("img_attn.norm.key_norm", "x_block.attn.ln_k", "attn.norm_k"),
            List.of("-", "x_block.attn2.ln_q", "attn2.norm_q"),
            List.of("-", "x_block.attn2.ln_k", "attn2.norm_k"),
            List.of("txt_attn.norm.query_norm", "context_block.attn.ln_q", "attn.norm_added_q"),
            List.of("txt_attn.norm.key_norm", "context_block.attn.ln_k", "attn.norm_added_k"));

    private static final List<List<String>> SINGLE = List.of(
            List.of("linear1", "attn.to_q", "attn.to_k", "attn.to_v", "proj_mlp"),
            List.of("linear2", "proj_out"),
            List.of("modulation.lin", "norm.linear"),
            List.of("norm.query_norm", "attn.norm_q"),
            List.of("norm.key_norm", "attn.norm_k"));

    private static final Map<String, String> FLUX = Map.of(
            "x_embedder", "img_in",
            "context_embedder", "txt_in",
            "time_text_embed.timestep_embedder.linear_1", "time_in.in_layer",
            "time_text_embed.timestep_embedder.linear_2", "time_in.out_layer",
            "time_text_embed.text_embedder.linear_1", "vector_in.in_layer",
            "time_text_embed.text_embedder.linear_2", "vector_in.out_layer",
            "time_text_embed.guidance_embedder.linear_1", "guidance_in.in_layer",
            "time_text_embed.guidance_embedder.linear_2", "guidance_in.out_layer",
            "proj_out", "final_layer.linear",
            "norm_out.linear", "final_layer.adaLN_modulation.1");

    private static final Map<String, String> THIRD = Map.of(
            "pos_embed.proj", "x_embedder.proj",
            "time_text_embed.timestep_embedder.linear_1", "t_embedder.mlp.0",
            "time_text_embed.timestep_embedder.linear_2", "t_embedder.mlp.2",
            "time_text_embed.text_embedder.linear_1", "y_embedder.mlp.0",
            "time_text_embed.text_embedder.linear_2", "y_embedder.mlp.2",
            "proj_out", "final_layer.linear",
            "norm_out.linear", "final_layer.adaLN_modulation.1");

    private static final Pattern BLOCK =
            Pattern.compile("(single_)?transformer_blocks\\.(\\d+)\\.(.+)(\\.weight|\\.bias)");

    private PublishedMmdit() {}

    static Path write(Path diffusers, String family, Path folder) {
        String prefix = family.equals("flux") ? "" : "model.diffusion_model.";
        Path file = folder.resolve(family + ".safetensors");
        SafetensorsWriter.write(file, tensors(diffusers, family, prefix), Map.of());
        return file;
    }

    static List<TensorData> tensors(Path diffusers, String family, String prefix) {
        boolean flux = family.equals("flux");
        List<TensorData> tensors = new ArrayList<>();
        try (WeightSource ours = SafetensorsFile.open(diffusers)) {
            int last = (int) ours.names().stream()
                            .filter(name -> name.endsWith("ff.net.2.weight"))
                            .count()
                    - 1;
            for (String name : new TreeSet<>(ours.names())) {
                Matcher block = BLOCK.matcher(name);
                if (block.matches()) {
                    inBlock(tensors, ours, block, prefix, flux, last);
                } else {
                    outside(tensors, ours, name, prefix, flux);
                }
            }
        }
        return tensors;
    }

    private static void inBlock(
            List<TensorData> into, WeightSource ours, Matcher block, String prefix, boolean flux, int last) {
        boolean single = block.group(1) != null;
        String begin = (single ? "single_" : "") + "transformer_blocks." + block.group(2) + ".";
        int names = single ? 1 : 2;
        for (List<String> line : single ? SINGLE : BLOCKS) {
            if (line.get(names).equals(block.group(3))) {
                String stack = single ? "single_blocks." : flux ? "double_blocks." : "joint_blocks.";
                String leaf = line.get(single || flux ? 0 : 1);
                String end = flux && leaf.endsWith("_norm") ? ".scale" : block.group(4);
                List<String> parts = line.subList(names, line.size()).stream()
                        .map(part -> begin + part + block.group(4))
                        .toList();
                boolean exchanged = !flux
                        && leaf.equals("context_block.adaLN_modulation.1")
                        && Integer.parseInt(block.group(2)) == last;
                into.add(joined(ours, prefix + stack + block.group(2) + "." + leaf + end, parts, exchanged));
            }
        }
    }

    private static void outside(List<TensorData> into, WeightSource ours, String name, String prefix, boolean flux) {
        if (name.equals("pos_embed.pos_embed")) {
            into.add(joined(ours, prefix + "pos_embed", List.of(name), false));
            return;
        }
        int dot = name.lastIndexOf('.');
        String layer = name.substring(0, dot);
        String published = (flux ? FLUX : THIRD).getOrDefault(layer, layer) + name.substring(dot);
        into.add(joined(ours, prefix + published, List.of(name), layer.equals("norm_out.linear")));
    }

    private static TensorData joined(WeightSource ours, String name, List<String> parts, boolean exchanged) {
        List<Long> shape = new ArrayList<>(ours.info(parts.get(0)).shape());
        shape.set(
                0,
                parts.stream().mapToLong(part -> ours.info(part).shape().get(0)).sum());
        List<float[]> values =
                parts.stream().map(part -> HalfFloats.floats(ours, part)).toList();
        float[] all = new float[values.stream().mapToInt(each -> each.length).sum()];
        int at = exchanged ? all.length / 2 : 0;
        for (float[] each : values) {
            for (float value : each) {
                all[at++ % all.length] = value;
            }
        }
        return TensorData.of(name, shape, all);
    }
}
