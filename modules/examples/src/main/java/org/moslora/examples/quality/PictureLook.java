package org.moslora.examples.quality;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.image.Picture;

/** A picture that was looked at: what is odd about it alone, and what it looks like. */
public final class PictureLook {
    private static final double SHARP = 40;
    private static final double WHITE = 0.3;
    /** What is dark may well be: a photograph before black cloth has a third. */
    private static final double BLACK = 0.5;

    private final String name;
    private final List<Remark> remarks = new ArrayList<>();
    private final Measures measures;

    /**
     * Looks at a decoded picture; several threads may at several. A blurred one is told from a sharp one at 512 pixels,
     * where the sharpest part of a photograph in focus has hundreds and that of one out of it a dozen or two.
     *
     * @param name what messages call it
     * @param file where it is, for its colour profile
     * @param needs how large it should be, or null if nobody knows
     */
    public PictureLook(String name, Path file, Picture picture, @Nullable PictureNeeds needs) {
        this.name = name;
        this.measures = Measures.of(picture);
        if (measures.white() > WHITE) {
            exposure("over", "white", measures.white(), WHITE);
        } else if (measures.black() > BLACK) {
            exposure("under", "black", measures.black(), BLACK);
        } else if (measures.sharpness() < SHARP) {
            remark(
                    "image-blurred",
                    "is blurred: even in its sharpest part the variance of the Laplacian is %.1f, less than %.0f",
                    measures.sharpness(),
                    SHARP);
        }
        if (needs != null && needs.side(picture) < needs.least()) {
            remark(
                    "image-small",
                    "is %d x %d, its %s side less than the %d of %s: it is enlarged, which adds no detail",
                    picture.width(),
                    picture.height(),
                    needs.longer() ? "longer" : "shorter",
                    needs.least(),
                    needs.by());
        }
        String profile = ColourProfile.foreign(file);
        if (profile != null) {
            remark(
                    "image-profile",
                    "has the colour profile \"%s\", which is not applied, so that its colours are not learnt as they look:"
                            + " convert it to sRGB",
                    profile);
        }
    }

    private void exposure(String how, String where, double share, double most) {
        remark(
                "image-exposure",
                "is %s-exposed, unless its background is meant to be %s: %.0f %% of its pixels are clipped there, more"
                        + " than %.0f %%",
                how,
                where,
                100 * share,
                100 * most);
    }

    private void remark(String rule, String what, Object... values) {
        remarks.add(new Remark(rule, "picture " + name + " " + String.format(Locale.ROOT, what, values)));
    }

    /** What is odd about it alone. */
    public List<Remark> remarks() {
        return List.copyOf(remarks);
    }

    String name() {
        return name;
    }

    Fingerprint fingerprint() {
        return measures.fingerprint();
    }
}
