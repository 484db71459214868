package org.moslora.examples.image;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.NearestName;

/** What becomes of a picture that is not square. */
public enum ImageAspect {
    /** Laid in the middle of a square of the mean colour first, as LLaVA-1.5's second stage does. */
    PAD,
    /** The middle square is cut out, as transformers' processor does by default. */
    CROP;

    /**
     * The aspect of a name.
     *
     * @param where the recipe key or option, for the message
     * @throws InvalidInput naming the known ones
     */
    public static ImageAspect named(String where, String name) {
        return Arrays.stream(values())
                .filter(aspect -> aspect.spelling().equals(name))
                .findFirst()
                .orElseThrow(() -> {
                    List<String> known =
                            Arrays.stream(values()).map(ImageAspect::spelling).collect(Collectors.toList());
                    return new InvalidInput(where, "no image aspect '" + name + "'" + NearestName.hint(name, known));
                });
    }

    /** How recipes and adapters write it: pad or crop. */
    public String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }
}
