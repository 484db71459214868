package org.moslora.examples.text;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import org.moslora.examples.image.UprightSize;

/**
 * A picture of a file, and as a model sees it.
 *
 * @param file its size
 * @param seen that after resizing
 */
public record Resizing(UprightSize file, UprightSize seen) {
    /** Whether the two differ. */
    public boolean changes() {
        return !file.equals(seen);
    }

    /** A coordinate's place in the resized picture, inside of it, with as many decimals as it is written with. */
    String moved(boolean down, String number) {
        int from = down ? file.height() : file.width();
        int to = down ? seen.height() : seen.width();
        if (from == to) {
            return number;
        }
        BigDecimal written = new BigDecimal(number);
        BigDecimal there = written.multiply(BigDecimal.valueOf(to))
                .divide(BigDecimal.valueOf(from), MathContext.DECIMAL64)
                .setScale(written.scale(), RoundingMode.HALF_EVEN);
        BigDecimal last = BigDecimal.valueOf(to - 1L).setScale(written.scale());
        return there.max(BigDecimal.ZERO.setScale(written.scale())).min(last).toPlainString();
    }

    /** Whether a coordinate lies outside of the file's picture. */
    boolean isOutside(boolean down, String number) {
        double place = Double.parseDouble(number);
        return place < 0 || place > (down ? file.height() : file.width());
    }
}
