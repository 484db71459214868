package org.moslora.examples;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.NearestName;

/** In what order an epoch takes its rows. */
public enum Order {
    /** As they stand in the data, every epoch alike. */
    SEQUENTIAL,
    /** Another permutation every epoch. */
    SHUFFLED,
    /** Shuffled so that the rows of a step are alike in length and all with or all without pictures, as LLaVA does. */
    MODALITY_LENGTH;

    /**
     * The order of a name.
     *
     * @param where the recipe key, for the message
     * @throws InvalidInput naming the known ones
     */
    public static Order named(String where, String name) {
        return Arrays.stream(values())
                .filter(order -> order.spelling().equals(name))
                .findFirst()
                .orElseThrow(() -> {
                    List<String> known =
                            Arrays.stream(values()).map(Order::spelling).toList();
                    return new InvalidInput(where, "no order '" + name + "'" + NearestName.hint(name, known));
                });
    }

    /** How recipes write it: sequential, shuffled, modality-length. */
    public String spelling() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
