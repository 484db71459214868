package org.moslora.llava.tiles;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.moslora.examples.image.UprightSize;
import org.moslora.tensors.ConfigSection;

/** Reads what sizes a picture may be brought to. */
public final class Resolutions {
    static final String KEY = "image_grid_pinpoints";

    private Resolutions() {}

    /** Every size of up to so many tiles down and across. */
    public static List<UprightSize> upTo(int count, int side) {
        return IntStream.rangeClosed(1, count)
                .boxed()
                .flatMap(rows -> IntStream.rangeClosed(1, count)
                        .mapToObj(columns -> new UprightSize(rows * side, columns * side)))
                .toList();
    }

    /** The list of a config, (height, width) each; what is none, or no multiple of tiles, becomes its problem. */
    public static List<UprightSize> read(ConfigSection config, int side, List<UprightSize> otherwise) {
        JsonElement value = config.value(KEY);
        if (value == null) {
            return otherwise;
        }
        List<UprightSize> sizes = new ArrayList<>();
        try {
            for (JsonElement pair : value.getAsJsonArray()) {
                JsonArray numbers = pair.getAsJsonArray();
                sizes.add(new UprightSize(
                        numbers.get(0).getAsInt(), numbers.get(1).getAsInt()));
            }
        } catch (RuntimeException noPairs) {
            sizes.clear();
        }
        boolean tiled = sizes.stream()
                .allMatch(size ->
                        size.height() > 0 && size.width() > 0 && size.height() % side == 0 && size.width() % side == 0);
        if (sizes.isEmpty() || !tiled) {
            config.problem("%s must be pairs of multiples of the tower's %d pixels, got %s", KEY, side, value);
            return otherwise;
        }
        return sizes;
    }
}
