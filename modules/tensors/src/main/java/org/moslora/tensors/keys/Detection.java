package org.moslora.tensors.keys;

import org.moslora.problems.InvalidInput;

/** What {@link LlavaKeys#detect} makes of the names in a file or folder. */
public sealed interface Detection {
    /**
     * LLaVA, or a text model where the layout is {@link LlavaLayout#TEXT}.
     *
     * @param layout the layout that most names have
     * @param pure whether every recognised name has it
     */
    record Llava(LlavaLayout layout, boolean pure) implements Detection {}

    /**
     * Something else.
     *
     * @param family what it looks like, as messages say it
     */
    record Other(String family) implements Detection {}

    /**
     * The layout.
     *
     * @param where the file or folder, for the message
     * @throws InvalidInput if it is something else, saying what it looks like
     */
    default LlavaLayout layoutOrThrow(String where) {
        if (this instanceof Other other) {
            throw new InvalidInput(
                    where, "is neither LLaVA nor a LLaMA-like text model: it looks like " + other.family());
        }
        return ((Llava) this).layout();
    }
}
