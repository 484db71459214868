package org.moslora.adapters.names;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the dots again in a path that was written with underscores. The names of a UNet's and text encoder's parts are
 * known, so {@code up_blocks_1_attentions_0_proj_in} can only be {@code up_blocks.1.attentions.0.proj_in}.
 */
final class Underscores {
    /** Names with an underscore of their own. */
    private static final Pattern PART = Pattern.compile("\\G(down_blocks|up_blocks|mid_block|transformer_blocks"
            + "|time_embedding|add_embedding|linear_1|linear_2|time_emb_proj|conv_in|conv_out|conv_shortcut"
            + "|conv_norm_out|proj_in|proj_out|to_q|to_k|to_v|to_out|text_model|self_attn|q_proj|k_proj|v_proj|out_proj"
            + "|text_projection|token_embedding|position_embedding|final_layer_norm|input_blocks|output_blocks"
            + "|middle_block|in_layers|out_layers|emb_layers|skip_connection|time_embed|label_emb|[^_]+)(?:_|$)");

    private Underscores() {}

    /** The path; parts that are not known are taken to end at every underscore. */
    static String split(String name) {
        List<String> parts = new ArrayList<>();
        Matcher match = PART.matcher(name);
        int end = 0;
        while (match.find()) {
            parts.add(match.group(1));
            end = match.end();
        }
        return end == name.length() ? String.join(".", parts) : name;
    }
}
