package org.moslora.datasets.miniature.world;

import org.jspecify.annotations.Nullable;

/**
 * One thing of a scene.
 *
 * @param kind what it is
 * @param hue its colour
 * @param pattern what is on its coat
 * @param size how big it is
 * @param worn what it wears; null if nothing
 * @param cell where it is
 */
public record Thing(
        ThingKind kind,
        Hue hue,
        Pattern pattern,
        ThingSize size,
        @Nullable Worn worn,
        Cell cell) {
    public Thing {
        if (worn != null && worn.accessory() != Accessory.HAT && !kind.hasFace()) {
            throw new IllegalArgumentException(kind + " cannot wear " + worn.phrase());
        }
    }

    /** Whether it wears such a thing. */
    public boolean wears(Accessory accessory) {
        return worn != null && worn.accessory() == accessory;
    }
}
