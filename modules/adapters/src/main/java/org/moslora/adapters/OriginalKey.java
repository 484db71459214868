package org.moslora.adapters;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moslora.adapters.form.TensorRole;
import org.moslora.tensors.WeightSource;

/**
 * A key of a file for a transformer that goes by the authors' tree.
 *
 * @param begin what stands before the layer's name
 * @param name the layer's
 * @param end what stands behind it
 * @param underscores whether the name's dots are underscores
 * @param format whose spelling it is
 */
record OriginalKey(String begin, String name, String end, boolean underscores, String format) {
    private static final Pattern KEY = Pattern.compile(
            "(lora_unet_|diffusion_model\\.)(.+?)(\\.(lora_A\\.weight|lora_B\\.weight|lora_\\w+\\.weight"
                    + "|alpha|dora_scale|lora_magnitude_vector(?:\\.weight)?|hada_\\w+|lokr_\\w+))");
    /** XLabs', on the attention of double blocks: 1 of the picture's stream, 2 of the text's. */
    private static final Pattern PROCESSOR =
            Pattern.compile("(double_blocks\\.\\d{1,4}\\.)processor\\.(qkv|proj)_lora([12])\\.(down|up)\\.weight");

    /** What a key says if it is one. */
    static Optional<OriginalKey> of(String key) {
        Matcher match = KEY.matcher(key);
        if (match.matches()) {
            boolean kohya = match.group(1).equals("lora_unet_");
            return Optional.of(new OriginalKey(
                    match.group(1), match.group(2), match.group(4), kohya, kohya ? "kohya" : "ComfyUI"));
        }
        Matcher processor = PROCESSOR.matcher(key);
        if (!processor.matches()) {
            return Optional.empty();
        }
        String stream = processor.group(3).equals("1") ? "img_attn." : "txt_attn.";
        TensorRole role = processor.group(4).equals("up") ? TensorRole.UP : TensorRole.DOWN;
        return Optional.of(
                new OriginalKey("", processor.group(1) + stream + processor.group(2), role.kohya(), false, "XLabs"));
    }

    /** How many numbers the layer of a pair reads, by the other of the pair; empty where there is none. */
    Optional<Long> inputs(WeightSource file, String key) {
        for (String down : List.of("lora_down.weight", "lora_A.weight")) {
            String beside = key.substring(0, key.length() - end.length()) + down;
            if (file.names().contains(beside)) {
                List<Long> shape = file.info(beside).shape();
                return shape.size() < 2
                        ? Optional.empty()
                        : Optional.of(shape.stream().skip(1).reduce(1L, (a, b) -> a * b));
            }
        }
        return Optional.empty();
    }
}
