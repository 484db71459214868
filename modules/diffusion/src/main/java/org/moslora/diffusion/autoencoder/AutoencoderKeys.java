package org.moslora.diffusion.autoencoder;

import java.util.Collection;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moslora.tensors.keys.KeyMap;

/**
 * The names in autoencoder files: the ones of today, and for the attention in the middle those that diffusers gave it
 * before release 0.16, which most published files still have.
 */
public final class AutoencoderKeys implements KeyMap {
    private static final Pattern OLD =
            Pattern.compile("(.*\\.attentions\\.\\d+\\.)(query|key|value|proj_attn)(\\.weight|\\.bias)");
    private static final Map<String, String> TODAY =
            Map.of("query", "to_q", "key", "to_k", "value", "to_v", "proj_attn", "to_out.0");

    @Override
    public String canonical(String fileKey) {
        Matcher old = OLD.matcher(fileKey);
        return old.matches() ? old.group(1) + TODAY.get(old.group(2)) + old.group(3) : fileKey;
    }

    @Override
    public boolean ignores(String fileKey) {
        return false;
    }

    @Override
    public String looksLike(Collection<String> fileKeys) {
        return KeyMap.identity().looksLike(fileKeys);
    }

    /** Whether the tensor is a projection of the attention in the middle, which some files hold as a 1×1 convolution. */
    public boolean isProjection(String fileKey) {
        return canonical(fileKey).matches(".*\\.attentions\\.\\d+\\.to_(q|k|v|out\\.0)\\.weight");
    }
}
