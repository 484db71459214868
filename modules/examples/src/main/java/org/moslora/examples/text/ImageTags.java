package org.moslora.examples.text;

/**
 * How a family spells the {@code <image>} tags of a question.
 *
 * @param token the token that is widened to as many as there are features
 * @param spelling what a tag is written as, that token in it once
 * @param place where the tags of a turn go
 */
public record ImageTags(String token, String spelling, Place place) {
    /** As LLaVA-1.5 was trained. */
    public static final ImageTags LLAVA = new ImageTags(Conversation.IMAGE, Conversation.IMAGE, Place.FIRST);

    /** Where the tags of a turn go. */
    public enum Place {
        /** To its front, each with a line break. */
        FIRST,
        /** To its front with a line break if there is one; several stay where they are. */
        LONE_FIRST,
        /** They stay where they are. */
        AS_WRITTEN
    }

    /** A user's turn with its tags where they belong, not yet spelt. */
    String placed(String text) {
        boolean moves = place == Place.FIRST || (place == Place.LONE_FIRST && Conversation.tags(text) == 1);
        return moves ? TurnFormatter.tagsFirst(text) : text;
    }

    /** A question with its tags spelt. */
    String spelt(String question) {
        return question.replace(Conversation.IMAGE, spelling);
    }
}
