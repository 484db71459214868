package org.moslora.adapters;

import java.nio.file.Files;
import java.nio.file.Path;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;

/**
 * An adapter and how strongly it counts.
 *
 * @param path folder of the adapter or of its run
 * @param weight factor of its update
 */
public record ScaledAdapter(Path path, double weight) {
    /**
     * Reads {@code PATH} or {@code PATH:WEIGHT}; a path that exists as it stands is taken as it stands.
     *
     * @throws InvalidInput when what follows the colon is no number
     */
    public static ScaledAdapter parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0 || Files.exists(Path.of(text))) {
            return new ScaledAdapter(Path.of(text), 1);
        }
        try {
            double weight = Double.parseDouble(text.substring(colon + 1));
            if (!Double.isFinite(weight)) {
                throw new InvalidInput(FieldName.of("adapter", text), "the scale must be finite");
            }
            return new ScaledAdapter(Path.of(text.substring(0, colon)), weight);
        } catch (NumberFormatException none) {
            if (Files.exists(Path.of(text.substring(0, colon)))) {
                throw new InvalidInput(
                        FieldName.of("adapter", text),
                        "\"" + text.substring(colon + 1) + "\" is no scale: after the colon stands a number, as in "
                                + text.substring(0, colon) + ":0.8");
            }
            return new ScaledAdapter(Path.of(text), 1);
        }
    }
}
