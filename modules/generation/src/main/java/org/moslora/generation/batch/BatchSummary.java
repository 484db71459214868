package org.moslora.generation.batch;

import java.util.Locale;

/**
 * How a call ended.
 *
 * @param pictures that were asked for
 * @param there that an earlier call had made by the same settings
 * @param painted by this call
 * @param failed that there is none of, now or before
 * @param seconds that painting took, loading included
 */
public record BatchSummary(long pictures, long there, long painted, long failed, double seconds) {
    /** One line of JSON. */
    public String json() {
        double rate = seconds > 0 ? painted / seconds : 0;
        return String.format(
                Locale.ROOT,
                "{\"pictures\":%d,\"there\":%d,\"painted\":%d,\"failed\":%d,\"seconds\":%.3f,\"images_per_second\":%.3f}",
                pictures,
                there,
                painted,
                failed,
                seconds,
                rate);
    }
}
