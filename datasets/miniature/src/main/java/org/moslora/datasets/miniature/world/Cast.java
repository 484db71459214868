package org.moslora.datasets.miniature.world;

import java.util.List;
import java.util.SplittableRandom;

/** Which kinds appear. */
public enum Cast {
    /** Those that base models are trained on. */
    KNOWN,
    /** Those and the new ones, which are every other thing. */
    MIXED;

    ThingKind draw(SplittableRandom random) {
        List<ThingKind> kinds = this == MIXED && random.nextBoolean() ? ThingKind.unknown() : ThingKind.known();
        return kinds.get(random.nextInt(kinds.size()));
    }
}
