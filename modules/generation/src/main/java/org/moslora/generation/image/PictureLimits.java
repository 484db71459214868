package org.moslora.generation.image;

import java.util.Locale;
import java.util.function.LongSupplier;
import org.moslora.layers.AvailableMemory;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;

/**
 * Which pictures fit into memory, told before any work.
 *
 * @param cost what they take
 * @param memory bytes that there are
 */
public record PictureLimits(PictureCost cost, LongSupplier memory) {
    /** Everything fits. */
    public static final PictureLimits NONE = new PictureLimits(PictureCost.UNKNOWN, () -> Long.MAX_VALUE);

    /** Limits by the memory that there is when they are asked. */
    public PictureLimits(PictureCost cost) {
        this(cost, AvailableMemory::bytes);
    }

    /** @throws InvalidInput if a batch of pictures of a size does not fit */
    public void check(long width, long height, int batch) {
        int most = Integer.MAX_VALUE;
        double needed = cost.bytes((int) Math.min(most, width), (int) Math.min(most, height), batch);
        long available = memory.getAsLong();
        if (needed > available) {
            throw new InvalidInput(
                    FieldName.of("width") + ", " + FieldName.of("height"),
                    String.format(
                            Locale.ROOT,
                            "%s of %dx%d pixels needs about %s of memory, of which there are %s; make it smaller%s, or"
                                    + " say in %s that there is more",
                            batch == 1 ? "a picture" : "a batch of " + batch + " pictures",
                            width,
                            height,
                            AvailableMemory.readable((long) needed),
                            AvailableMemory.readable(available),
                            batch == 1 ? "" : ", or " + FieldName.of("batch"),
                            AvailableMemory.NAME));
        }
    }
}
