package org.moslora;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moslora.diffusion.folder.Component;
import org.moslora.generation.image.ImageModel;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightSource;

/** A folder of diffusers as the one file that it would be published as, by rules of this test's own. */
final class CompleteFile {
    private static final Pattern LEVEL = Pattern.compile(
            "(encoder|decoder)\\.(down|up)_blocks\\.(\\d+)\\.(resnets|(?:down|up)samplers)\\.(\\d+)(.+)");
    private static final Pattern MIDDLE =
            Pattern.compile("(encoder|decoder)\\.mid_block\\.(resnets|attentions)\\.(\\d+)\\.(.+)");
    private static final Map<String, String> PARTS = new TreeMap<>(
            Map.of("group_norm.", "norm.", "to_q.", "q.", "to_k.", "k.", "to_v.", "v.", "to_out.0.", "proj_out."));

    private CompleteFile() {}

    /** All tensors; the encoders' names are given where the file is to have them. */
    static List<TensorData> tensors(Path model, String family, String autoencoder, Map<Component, String> encoders) {
        Path transformer = model.resolve("transformer/diffusion_pytorch_model.safetensors");
        List<TensorData> all = new ArrayList<>(PublishedMmdit.tensors(transformer, family, "model.diffusion_model."));
        try (var files = ImageModel.files(model)) {
            WeightSource decoder = files.weights(Component.AUTOENCODER);
            decoder.names().forEach(name -> all.add(autoencoder(decoder, name, autoencoder)));
            encoders.forEach((component, called) -> {
                WeightSource text = files.weights(component);
                String prefix = "text_encoders." + called + ".transformer.";
                text.names().forEach(name -> all.add(copy(text, name, prefix + name)));
                all.add(TensorData.of("text_encoders." + called + ".logit_scale", List.of(), new float[] {4.6f}));
            });
        }
        return all;
    }

    private static TensorData copy(WeightSource source, String name, String published) {
        return TensorData.of(published, source.info(name).shape(), HalfFloats.floats(source, name));
    }

    private static TensorData autoencoder(WeightSource source, String name, String prefix) {
        List<Long> shape = new ArrayList<>(source.info(name).shape());
        if (name.contains("attentions") && shape.size() == 2) {
            shape.addAll(List.of(1L, 1L));
        }
        long levels = source.names().stream()
                .filter(each -> each.matches("encoder\\.down_blocks\\.\\d+\\.resnets\\.0\\.conv1\\.bias"))
                .count();
        return TensorData.of(prefix + spelt(name, levels), shape, HalfFloats.floats(source, name));
    }

    private static String spelt(String name, long levels) {
        Matcher level = LEVEL.matcher(name);
        if (level.matches()) {
            long number = Long.parseLong(level.group(3));
            String begin = level.group(1) + "." + level.group(2) + "."
                    + (level.group(2).equals("up") ? levels - 1 - number : number);
            return level.group(4).equals("resnets")
                    ? begin + ".block." + level.group(5) + level.group(6).replace("conv_shortcut", "nin_shortcut")
                    : begin + "." + level.group(2) + "sample" + level.group(6);
        }
        Matcher middle = MIDDLE.matcher(name);
        if (middle.matches()) {
            String rest = middle.group(4);
            for (Map.Entry<String, String> part : PARTS.entrySet()) {
                rest = rest.startsWith(part.getKey()) ? rest.replace(part.getKey(), part.getValue()) : rest;
            }
            return middle.group(1) + ".mid." + (middle.group(2).equals("resnets") ? "block_" : "attn_")
                    + (Integer.parseInt(middle.group(3)) + 1) + "." + rest;
        }
        return name.replace("conv_norm_out", "norm_out");
    }
}
