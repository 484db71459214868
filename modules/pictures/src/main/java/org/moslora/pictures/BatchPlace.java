package org.moslora.pictures;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where in a batch a picture was painted. Libraries sum in another order when a batch has another size, so that a
 * picture is the same to the last bit only at the same place of a batch of the same size.
 *
 * @param size of the batch
 * @param position in it, from 0
 */
public record BatchPlace(int size, int position) {
    private static final String SIZE = "Batch size";
    private static final String POSITION = "Batch pos";

    /** The fields that say so, as the web UI calls them; none for a picture on its own. */
    public Map<String, String> fields() {
        Map<String, String> fields = new LinkedHashMap<>();
        if (size > 1) {
            fields.put(SIZE, Integer.toString(size));
            fields.put(POSITION, Integer.toString(position));
        }
        return fields;
    }

    /** Whether a field of {@link GenerationParameters#more} is one of these. */
    public static boolean isField(String name) {
        return name.equals(SIZE) || name.equals(POSITION);
    }

    /**
     * What a picture file says; alone if it says nothing.
     *
     * @throws org.moslora.problems.InvalidInput if it is no PNG
     */
    public static BatchPlace read(Path file) {
        Optional<String> text = PngFile.readText(file, PngFile.PARAMETERS);
        Map<String, String> fields =
                text.map(whole -> ParametersText.parse(whole).fields()).orElse(Map.of());
        int size = number(fields.get(SIZE), 1);
        int position = number(fields.get(POSITION), 0);
        return size >= 1 && position < size ? new BatchPlace(size, position) : new BatchPlace(1, 0);
    }

    private static int number(@Nullable String text, int otherwise) {
        return text != null && text.strip().matches("\\d{1,4}") ? Integer.parseInt(text.strip()) : otherwise;
    }
}
