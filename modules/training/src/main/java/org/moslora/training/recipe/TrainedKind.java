package org.moslora.training.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.NearestName;

/**
 * What a recipe's {@code kind} names: a kind of adapter, or {@code full}, which puts none on and trains the weights.
 *
 * @param known the kind of adapter; null for full
 */
public record TrainedKind(@Nullable AdapterKind known) {
    private static final String FULL = "full";

    /**
     * Reads a recipe's word.
     *
     * @throws InvalidInput when there is no such kind
     */
    public static TrainedKind of(String name) {
        List<String> names = names();
        String wanted = name.replace('_', '-').toLowerCase(Locale.ROOT);
        if (wanted.equals(FULL)) {
            return new TrainedKind(null);
        }
        if (!names.contains(wanted)) {
            String nearest = NearestName.to(name, names)
                    .map(word -> " (did you mean " + word + "?)")
                    .orElse("");
            throw new InvalidInput(
                    "kind", "must be one of " + String.join(", ", names) + ", got \"" + name + '"' + nearest);
        }
        return new TrainedKind(AdapterKind.of(wanted));
    }

    /** Every word that there is. */
    static List<String> names() {
        List<String> names = new ArrayList<>(AdapterKind.names());
        names.add(FULL);
        return names;
    }

    /** Whether weights are trained themselves. */
    public boolean isFull() {
        return known == null;
    }

    /** The kind of adapter; of full there is none. */
    public AdapterKind adapter() {
        if (known == null) {
            throw new IllegalStateException("kind full puts no adapter on");
        }
        return known;
    }

    /** As recipes spell it. */
    public String recipeName() {
        return known == null ? FULL : known.recipeName();
    }
}
