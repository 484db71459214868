package org.moslora.examples.text;

/**
 * What one side says at a time.
 *
 * @param role who says it
 * @param text what is said; {@code <image>} in a user's turn stands for a picture
 * @param input what an instruction is to be applied to, where the data keeps the two apart; empty if there is nothing
 * @param learnt whether an answer carries a loss, rather than only being there for those after it
 */
public record Turn(Role role, String text, String input, boolean learnt) {
    /** A turn that is learnt. */
    public Turn(Role role, String text, String input) {
        this(role, text, input, true);
    }

    /** A turn in one piece. */
    public Turn(Role role, String text) {
        this(role, text, "");
    }

    /** All that is said, the input on a line of its own, for templates that do not tell them apart. */
    public String whole() {
        return input.isEmpty() ? text : text + "\n" + input;
    }
}
