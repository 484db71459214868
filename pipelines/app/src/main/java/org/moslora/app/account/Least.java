package org.moslora.app.account;

import java.util.Collections;
import java.util.List;

/** The least of several durations: what else the machine does only adds to them. */
final class Least {
    private Least() {}

    static double of(List<Double> seconds) {
        return Collections.min(seconds);
    }
}
