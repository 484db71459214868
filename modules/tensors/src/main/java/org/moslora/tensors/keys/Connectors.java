package org.moslora.tensors.keys;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands between a vision tower and a language model, which adapters may bring trained whole: LLaVA's projector,
 * Qwen's merger. Names are canonical; in a file of its own a tensor has what follows the connector's name.
 */
public final class Connectors {
    /** What begins the names of each connector's tensors, and what these are called in a file of their own. */
    private static final Map<String, Pattern> ALL = Map.of(
            LlavaKeys.PROJECTOR,
            Pattern.compile("(?:.*\\.)?(linear_[12]\\.\\w+)"),
            LlavaKeys.MERGER,
            Pattern.compile("(?:.*\\.)?((?:ln_q|mlp\\.[02]|norm|linear_fc[12])\\.\\w+)"));

    private static final String MODEL = "model.";

    private Connectors() {}

    /** Whether a tensor or module belongs to one. */
    public static boolean holds(String canonical) {
        return prefix(canonical).isPresent();
    }

    /** The path of the module that a tensor belongs to, inside the model: {@code visual.merger}. */
    public static String module(String canonical) {
        String prefix = prefix(canonical).orElseThrow();
        return prefix.substring(MODEL.length(), prefix.length() - 1);
    }

    /** What a tensor is called in a file of its connector alone. */
    public static String leaf(String canonical) {
        return canonical.substring(prefix(canonical).orElseThrow().length());
    }

    /** The tensor that a file of a connector alone calls so. */
    public static Optional<String> canonical(String leaf) {
        for (Map.Entry<String, Pattern> connector : ALL.entrySet()) {
            Matcher name = connector.getValue().matcher(leaf);
            if (name.matches()) {
                return Optional.of(connector.getKey() + name.group(1));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> prefix(String canonical) {
        return List.copyOf(ALL.keySet()).stream().filter(canonical::startsWith).findFirst();
    }
}
