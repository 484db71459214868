package org.moslora.examples.text;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One conversation.
 *
 * @param id its name in messages and scores
 * @param turns alternately user and assistant, the user first; ends with the user where an answer is wanted
 * @param images paths of its pictures, relative to the folder of pictures, in the order of their {@code <image>} tags
 * @param system what stands before the first turn, null for the template's own
 * @param label what a right answer comes down to, for tasks that score by it; null where the data says none
 * @param tools what the assistant may call, a JSON value a line; null where the data says none
 * @param objects what tags in its texts stand for; null where the data says none
 */
public record Conversation(
        String id,
        List<Turn> turns,
        List<String> images,
        @Nullable String system,
        @Nullable String label,
        @Nullable String tools,
        @Nullable PictureObjects objects) {
    /** What stands for a picture in a text. */
    public static final String IMAGE = "<image>";

    public Conversation {
        turns = List.copyOf(turns);
        images = List.copyOf(images);
    }

    /** A conversation without objects. */
    public Conversation(
            String id,
            List<Turn> turns,
            List<String> images,
            @Nullable String system,
            @Nullable String label,
            @Nullable String tools) {
        this(id, turns, images, system, label, tools, null);
    }

    /** A conversation without tools and objects. */
    public Conversation(
            String id, List<Turn> turns, List<String> images, @Nullable String system, @Nullable String label) {
        this(id, turns, images, system, label, null, null);
    }

    /** A conversation with the template's own system text. */
    public Conversation(String id, List<Turn> turns, List<String> images) {
        this(id, turns, images, null, null);
    }

    /** The same with other turns. */
    public Conversation saying(List<Turn> others) {
        return new Conversation(id, others, images, system, label, tools, objects);
    }

    /** The same with every text of its turns made another, in their order. */
    Conversation rewritten(UnaryOperator<String> change) {
        List<Turn> others = new ArrayList<>();
        for (Turn turn : turns) {
            String text = change.apply(turn.text());
            others.add(new Turn(turn.role(), text, change.apply(turn.input()), turn.learnt()));
        }
        return saying(others);
    }

    /** The same with other names for its pictures. */
    public Conversation showing(List<String> others) {
        return new Conversation(id, turns, others, system, label, tools, objects);
    }

    /** How many {@link #IMAGE} tags a text has. */
    public static int tags(String text) {
        return count(IMAGE, text);
    }

    /** How many times a text has a word in it. */
    public static int count(String word, String text) {
        int count = 0;
        for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length())) {
            count++;
        }
        return count;
    }
}
