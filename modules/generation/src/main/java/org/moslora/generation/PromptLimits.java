package org.moslora.generation;

import java.util.Locale;
import java.util.function.LongSupplier;
import org.moslora.layers.AvailableMemory;
import org.moslora.llama.LanguageModelConfig;
import org.moslora.problems.InvalidInput;

/**
 * What conversations a model can be asked about, told before any work: they must be no longer than it was made for, and fit
 * into memory.
 *
 * @param text the language model
 * @param cost what they take
 * @param memory bytes that there are
 */
public record PromptLimits(LanguageModelConfig text, PromptCost cost, LongSupplier memory) {
    /** Limits by the memory that there is when they are asked. */
    public PromptLimits(LanguageModelConfig text, PromptCost cost) {
        this(text, cost, AvailableMemory::bytes);
    }

    /**
     * How many tokens an answer may have.
     *
     * @param where what the prompt is called in messages
     * @param prompt its tokens, those of pictures included
     * @param wanted of the answer
     * @param beams answers that grow side by side
     * @return as many as wanted, or what the model has left
     * @throws InvalidInput if the prompt is too long for the model or for memory
     */
    public int answer(String where, int prompt, int wanted, int beams) {
        int longest = text.longest();
        if (prompt >= longest) {
            throw tooLong(where, "a prompt", prompt);
        }
        int most = Math.min(wanted, longest - prompt);
        fit(where, prompt, (long) prompt + most, beams, "shorten the prompt, or ask for fewer new tokens");
        return most;
    }

    /**
     * Whether a conversation can be scored.
     *
     * @throws InvalidInput if it is too long for the model or for memory
     */
    public void score(String where, int tokens) {
        if (tokens > text.longest()) {
            throw tooLong(where, "a conversation", tokens);
        }
        fit(where, tokens, tokens, 1, "shorten the conversation");
    }

    private InvalidInput tooLong(String where, String what, int tokens) {
        String stretched = text.longest() == text.positions() ? "" : " times the factor of its rotary positions";
        return new InvalidInput(
                where,
                String.format(
                        Locale.ROOT,
                        "is %s of %,d tokens, pictures included, and the model takes %,d (max_position_embeddings%s);"
                                + " shorten it, or take a model for longer texts",
                        what,
                        tokens,
                        text.longest(),
                        stretched));
    }

    private void fit(String where, long tokens, long room, long rows, String remedy) {
        double needed = cost.bytes(tokens, room, rows);
        long available = memory.getAsLong();
        if (needed > available) {
            throw new InvalidInput(
                    where,
                    String.format(
                            Locale.ROOT,
                            "has %,d tokens, pictures included, and needs about %s of memory, of which there are %s;"
                                    + " %s, or say in %s that there is more",
                            tokens,
                            AvailableMemory.readable((long) needed),
                            AvailableMemory.readable(available),
                            remedy,
                            AvailableMemory.NAME));
        }
    }
}
