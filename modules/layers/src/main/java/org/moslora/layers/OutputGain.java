package org.moslora.layers;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;

/**
 * A change with a gain on every output: y = gain ⊙ (W + ΔW)x + bias, which is what DoRA's magnitude comes to.
 *
 * @param change ΔW; neither routed nor gained itself
 * @param gain [outputs]
 */
public record OutputGain(AdapterDelta change, NDArray gain) implements AdapterDelta {
    public OutputGain {
        if (change instanceof Routed || change instanceof OutputGain) {
            throw new IllegalArgumentException("no gain on " + change.getClass().getSimpleName());
        }
    }

    @Override
    public List<NDArray> places(NDArray none) {
        List<NDArray> places = new ArrayList<>(change.places(none));
        places.set(PLACES - 1, gain);
        return places;
    }
}
