package org.moslora.datasets.miniature.world;

import org.jspecify.annotations.Nullable;

/**
 * An accessory on a thing.
 *
 * @param hue null where the accessory has none
 */
public record Worn(Accessory accessory, @Nullable Hue hue) {
    public Worn {
        if ((hue != null) != accessory.isColoured()) {
            throw new IllegalArgumentException(accessory + " with colour " + hue);
        }
    }

    /** How sentences name it: "a red hat", "glasses". */
    public String phrase() {
        return hue == null
                ? accessory.phrase()
                : (hue == Hue.ORANGE ? "an " : "a ") + hue.word() + " " + accessory.word();
    }
}
