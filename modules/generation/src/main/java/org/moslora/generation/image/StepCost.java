package org.moslora.generation.image;

import java.util.List;

/**
 * What a step of training takes of a transformer's blocks, besides weights: numbers of a row of its streams.
 *
 * @param blocks alike ones together
 * @param multiple rows that a text is filled up to
 * @param more rows of a text beside those that can be chosen
 */
public record StepCost(List<Blocks> blocks, int multiple, int more) {
    /** What one block's backward pass has at a time, over what its forward pass made inside. */
    private static final long WORKING = 4;

    /** Copies the list. */
    public StepCost {
        blocks = List.copyOf(blocks);
    }

    /** Which rows a block runs over. */
    public enum Stream {
        /** Those of the text. */
        TEXT,
        /** Those of the picture. */
        PICTURE,
        /** Both. */
        JOINT
    }

    /**
     * Blocks that are alike.
     *
     * @param count how many
     * @param stream which rows they run over
     * @param width numbers of a row that each is given, and that stay
     * @param inside numbers of a row that each computes inside, which stay where there is room
     */
    public record Blocks(int count, Stream stream, long width, long inside) {}

    /** Rows of a text. */
    public long textRows(int length) {
        return (length + multiple - 1L) / multiple * multiple + more;
    }

    /** Numbers that all blocks compute inside. */
    public long inside(long text, long picture) {
        return blocks.stream()
                .mapToLong(each -> each.count() * rows(each, text, picture) * each.inside())
                .sum();
    }

    /**
     * Bytes of a step at most.
     *
     * @param text rows of all texts of a micro-batch
     * @param picture rows of all its pictures
     * @param each bytes of a number
     * @param kept bytes that the insides may take together
     */
    public long bytes(long text, long picture, int each, long kept) {
        long given = 0;
        long working = 0;
        for (Blocks alike : blocks) {
            long rows = rows(alike, text, picture);
            given += alike.count() * rows * alike.width();
            working = Math.max(working, WORKING * rows * alike.inside());
        }
        return (given + working) * each + Math.min(kept, inside(text, picture) * each);
    }

    private static long rows(Blocks alike, long text, long picture) {
        return switch (alike.stream()) {
            case TEXT -> text;
            case PICTURE -> picture;
            case JOINT -> text + picture;
        };
    }
}
