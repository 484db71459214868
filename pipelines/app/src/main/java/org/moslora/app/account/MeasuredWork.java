package org.moslora.app.account;

import java.io.IOException;
import java.util.List;

/** What is measured of a shape. */
sealed interface MeasuredWork permits SmallLanguageWork, MidPictureWork {
    /** Does it. */
    List<Measured> measured() throws IOException;
}
