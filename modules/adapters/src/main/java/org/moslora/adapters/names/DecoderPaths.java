package org.moslora.adapters.names;

import java.util.Collection;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.moslora.tensors.keys.LlavaKeys;
import org.moslora.tensors.keys.LlavaLayout;

/**
 * The paths of a decoder's layers: {@code model.layers.…} in a text model and in the LLaVA project's files, where only
 * the model can tell which it is, {@code model.language_model.layers.…} inside a LLaVA.
 */
public final class DecoderPaths {
    private static final Pattern OPEN = Pattern.compile("model\\.(layers|embed_tokens|norm)(\\..*)?");
    private static final String INSIDE = LlavaKeys.TEXT;

    private DecoderPaths() {}

    /** Whether a path may be a text model's or one inside a LLaVA. */
    static boolean isOpen(String path) {
        return OPEN.matcher(path).matches();
    }

    /**
     * Leads from an adapter's paths to those of the model that it is put on.
     *
     * @param paths all linears of the model
     */
    public static UnaryOperator<String> of(Collection<String> paths) {
        boolean alone = paths.stream().anyMatch(DecoderPaths::isOpen);
        return path -> {
            String inside = isOpen(path) ? LlavaKeys.llava().canonical(path) : path;
            return alone && inside.startsWith(INSIDE) ? LlavaLayout.TEXT.spell(inside) : inside;
        };
    }
}
