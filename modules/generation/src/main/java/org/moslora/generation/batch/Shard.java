package org.moslora.generation.batch;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;

/**
 * One of several equal parts of a job, so that machines can share it without talking: every batch belongs to one part,
 * by its number.
 *
 * @param index of the part, from 1
 * @param count of parts
 */
public record Shard(int index, int count) {
    /** All of it. */
    public static final Shard WHOLE = new Shard(1, 1);

    private static final Pattern SPELLING = Pattern.compile("(\\d{1,6})/(\\d{1,6})");

    /**
     * Reads {@code i/n}.
     *
     * @throws InvalidInput unless 1 ≤ i ≤ n
     */
    public static Shard parse(String text) {
        Matcher matcher = SPELLING.matcher(text);
        if (matcher.matches()) {
            Shard shard = new Shard(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
            if (shard.index >= 1 && shard.index <= shard.count) {
                return shard;
            }
        }
        throw new InvalidInput(
                FieldName.of("shard"), "must be i/n with i from 1 to n, such as 1/4, got \"" + text + "\"");
    }

    /** Whether the batch of this number, from 0, is in this part. */
    boolean holds(long batch) {
        return batch % count == index - 1;
    }
}
