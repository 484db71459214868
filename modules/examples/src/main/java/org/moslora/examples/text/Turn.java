package org.moslora.examples.text;

/**
 * What one side says at a time.
 *
 * @param role who says it
 * @param text what is said; {@code <image>} in a user's turn stands for a picture
 * @param input what an instruction is to be applied to, where the data keeps the two apart; empty if there is nothing
 */
public record Turn(Role role, String text, String input) {
    /** A turn in one piece. */
    public Turn(Role role, String text) {
        this(role, text, "");
    }

    /** All that is said, the input on a line of its own, for templates that do not tell them apart. */
    public String whole() {
        return input.isEmpty() ? text : text + "\n" + input;
    }
}
