package org.moslora.studio.data;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A conversation or a picture.
 *
 * @param number from 1, as it stands in its file or folder
 * @param id what the data call it
 * @param pictures those of its pictures that are there
 * @param turns what is said, in order
 * @param marks what is wrong or odd
 * @param framed how training cuts its picture; null of a conversation
 */
public record DataRow(
        int number,
        String id,
        List<Path> pictures,
        List<Said> turns,
        List<Mark> marks,
        @Nullable Framed framed) {
    public DataRow {
        pictures = List.copyOf(pictures);
        turns = List.copyOf(turns);
        marks = List.copyOf(marks);
    }

    /**
     * What one side says.
     *
     * @param role who
     */
    public record Said(String role, String text) {}

    /**
     * Something that is wrong, or odd.
     *
     * @param rule the short name of what is broken
     * @param isError whether the row cannot be used
     * @param like another picture that this one looks like; null for anything else
     */
    public record Mark(
            String rule,
            String text,
            boolean isError,
            @Nullable Path like) {}

    /**
     * A picture of a folder.
     *
     * @param width upright, in pixels
     * @param caption what the file beside it says; null without one
     * @param mask what of it is learnt; null if all is
     */
    public record Framed(
            int width,
            int height,
            @Nullable String caption,
            @Nullable Path mask) {}
}
