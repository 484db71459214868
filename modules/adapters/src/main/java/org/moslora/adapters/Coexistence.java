package org.moslora.adapters;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InvalidInput;

/** What adapters do to a layer that does not go together: with each other, or with how its weight is held. */
final class Coexistence {
    private Coexistence() {}

    /** @throws InvalidInput naming two of which only one may be on a layer */
    static void check(List<AdapterFile> files) {
        Map<String, AdapterFile> routers = new HashMap<>();
        Map<String, AdapterFile> residuals = new HashMap<>();
        for (AdapterFile file : files) {
            for (AdapterLayer layer : file.layers().values()) {
                if (layer.form().dependsOnInput()) {
                    only(file, layer, routers.put(layer.path(), file), "a layer has one router at a time");
                }
                if (layer.update().residual() != null) {
                    only(
                            file,
                            layer,
                            residuals.put(layer.path(), file),
                            "something can be taken out of a weight only once");
                }
            }
        }
    }

    private static void only(AdapterFile file, AdapterLayer layer, @Nullable AdapterFile before, String why) {
        if (before != null) {
            throw new InvalidInput(
                    file.path().toString(),
                    "is " + layer.update().kind() + " on " + layer.path() + ", and so is " + before.path() + "; "
                            + why);
        }
    }

    /**
     * Checks that nothing is to be taken out of a quantised weight: PEFT takes it out of the weight as it was.
     *
     * @throws InvalidInput naming the adapter that would
     */
    static void checkPlain(LayerUpdates updates) {
        for (LayerUpdates.Weighted one : updates.all()) {
            AdapterLayer layer = one.layer();
            if (layer.update().residual() != null) {
                throw new InvalidInput(
                        layer.form().inner().source().origin().toString(),
                        "is " + layer.update().kind() + " on " + layer.path()
                                + ", which takes something out of the base's weight; this one is quantised: use the"
                                + " model that it was made of");
            }
        }
    }
}
