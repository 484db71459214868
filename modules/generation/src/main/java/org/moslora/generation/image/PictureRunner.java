package org.moslora.generation.image;

import java.util.List;
import java.util.Map;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.problems.Messages;

/** A model that can paint with one set of adapters after the other, on whatever engine. Used by one thread. */
public interface PictureRunner extends AutoCloseable {
    /** Opens a model. */
    @FunctionalInterface
    interface Opening {
        /**
         * @param messages gets remarks for the user
         * @throws org.moslora.problems.InvalidInput with everything that is wrong with the model
         */
        PictureRunner open(Messages messages);
    }

    /** What has to be known to plan pictures. */
    PictureTraits traits();

    /** How many pictures of one pass it paints best. */
    int batch();

    /** What its pictures' parameters say of how it runs, by field. */
    default Map<String, String> said() {
        return Map.of();
    }

    /**
     * The engine with these adapters on; what it gave before is no longer to be used.
     *
     * @throws org.moslora.problems.InvalidInput when an adapter cannot be read or does not fit
     */
    PictureEngine with(List<ScaledAdapter> adapters);

    @Override
    void close();
}
