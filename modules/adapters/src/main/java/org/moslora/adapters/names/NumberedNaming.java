package org.moslora.adapters.names;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moslora.adapters.form.TensorRole;

/**
 * The keys of the first LoRA for pictures, cloneofsimo's: {@code unet:0:down}, {@code text_encoder:3:up}. Layers only have
 * numbers, in the order in which PyTorch walks the model.
 */
public final class NumberedNaming implements Naming {
    private static final Pattern KEY = Pattern.compile("(unet|text_encoder):(\\d{1,5}):(down|up)");
    private static final Pattern UNKNOWN = Pattern.compile("(unet|text_encoder)\\.layer number (\\d+)");

    private final Map<String, List<String>> paths = new HashMap<>();

    /** @param paths of the layers by component, in the order of their numbers; none where they are not known */
    public NumberedNaming(Map<String, List<String>> paths) {
        this.paths.putAll(paths);
    }

    /** Whether a key is spelt like this. */
    public static boolean is(String key) {
        return KEY.matcher(key).matches();
    }

    /** Whether a path is what a layer is called of which only the number is known. */
    public static boolean isUnknown(String path) {
        return UNKNOWN.matcher(path).matches();
    }

    @Override
    public Optional<Named> parse(String key) {
        Matcher match = KEY.matcher(key);
        if (!match.matches()) {
            return Optional.empty();
        }
        String component = match.group(1) + ".";
        int number = Integer.parseInt(match.group(2));
        List<String> known = paths.getOrDefault(component, List.of());
        String path = number < known.size() ? known.get(number) : component + "layer number " + number;
        return Optional.of(new Named(path, match.group(3).equals("up") ? TensorRole.UP : TensorRole.DOWN));
    }

    @Override
    public String key(String path, TensorRole role) {
        throw new IllegalArgumentException("layers without names are read, not written");
    }

    @Override
    public String format() {
        return "cloneofsimo";
    }
}
