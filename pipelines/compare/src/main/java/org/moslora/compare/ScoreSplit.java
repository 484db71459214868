package org.moslora.compare;

import java.util.Locale;

/** The two purposes of a score, which never share what they are taken on. */
enum ScoreSplit {
    /** Rates are chosen by it. */
    VALIDATION,
    /** It is reported. */
    TEST;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
