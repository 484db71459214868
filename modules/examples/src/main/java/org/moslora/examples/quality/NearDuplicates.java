package org.moslora.examples.quality;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds pictures that look like one that came before. Not thread-safe. */
public final class NearDuplicates {
    private final List<PictureLook> different = new ArrayList<>();

    /** What is odd about a picture beside all those before it, or null. */
    public @Nullable Remark next(PictureLook look) {
        for (PictureLook earlier : different) {
            if (look.fingerprint().resembles(earlier.fingerprint())) {
                return new Remark(
                        "image-near-duplicate",
                        String.format(
                                "picture %s looks the same as %s: %d of the %d bits of their perceptual hashes differ, no"
                                        + " more than %d",
                                look.name(),
                                earlier.name(),
                                look.fingerprint().distance(earlier.fingerprint()),
                                Fingerprint.BITS,
                                Fingerprint.MOST_BITS));
            }
        }
        different.add(look);
        return null;
    }
}
