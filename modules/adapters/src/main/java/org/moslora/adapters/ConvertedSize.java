package org.moslora.adapters;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DType;

/**
 * How large an adapter becomes in another format. Low-rank pairs that are exactly a Kronecker or a Hadamard product are
 * larger than its factors, easily a thousand times.
 *
 * @param adapter what is to be converted
 * @param rank the highest of a layer's pair
 * @param source bytes of its tensors as they are
 * @param written bytes of its layers' pairs
 */
public record ConvertedSize(AdapterFile adapter, int rank, long source, long written) {
    private static final int MOST = 10;

    /** @param format null for pairs beside a graph */
    public static ConvertedSize of(AdapterFile adapter, @Nullable AdapterFormat format, DType type) {
        boolean pairs = format == null || format == AdapterFormat.KOHYA || format == AdapterFormat.DIFFUSERS;
        int most = 0;
        long numbers = 0;
        for (AdapterLayer layer : adapter.layers().values()) {
            int rank = pairs ? layer.form().exactRank().orElse(0) : 0;
            most = Math.max(most, rank);
            numbers += rank * (layer.inputs() + layer.outputs());
        }
        return new ConvertedSize(adapter, most, adapter.bytes(), numbers * type.bytes());
    }

    /** Whether it grows so much that nobody can have meant it without saying so. */
    public boolean isLarge() {
        return written > MOST * source;
    }

    /** The size, for messages. */
    public String described() {
        return String.format(
                Locale.ROOT,
                "exact low-rank pairs, of rank up to %d, are %s, %,d times the adapter's %s",
                rank,
                megabytes(written),
                written / Math.max(1, source),
                megabytes(source));
    }

    /** @throws InvalidInput where it {@link #isLarge} */
    public void mustBeSmall() {
        if (isLarge()) {
            throw new InvalidInput(
                    adapter.path().toString(),
                    described()
                            + "; " + FieldName.of("rank") + " N or " + FieldName.of("energy") + " E cut it down, "
                            + FieldName.of("large") + " writes it as it is (native and lycoris keep"
                            + " its own factors)");
        }
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, bytes < 100_000 ? "%.3f MB" : "%.2f MB", bytes / 1e6);
    }
}
