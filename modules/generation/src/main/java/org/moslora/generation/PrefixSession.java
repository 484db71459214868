package org.moslora.generation;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.image.PictureInput;
import org.moslora.examples.text.Prompt;
import org.moslora.examples.text.ShownPicture;

/**
 * Answers to prompts that begin alike, as those of one conversation do: what a prompt shares with the last one and its
 * answer is not computed again.
 */
public final class PrefixSession implements AutoCloseable {
    private final Decoder decoder;
    private final int room;
    private Decoder.@Nullable Session session;
    private int[] held = new int[0];
    private List<ShownPicture> images = List.of();

    /** @param room for so many tokens from the beginning; more is made where a prompt needs it */
    public PrefixSession(Decoder decoder, int room) {
        this.decoder = decoder;
        this.room = room;
    }

    /**
     * Writes the answer to a prompt.
     *
     * @param pixels of a picture that is not known yet
     * @param most tokens that the answer may have
     * @param written sees the answer so far after every token
     * @return the answer's ids without the stop token
     */
    public int[] answer(
            Answers answers,
            Prompt prompt,
            Function<ShownPicture, PictureInput> pixels,
            int most,
            Consumer<int[]> written) {
        Decoder.Session current = opened(prompt.ids().length + most);
        int shared = prompt.shared(held, images);
        List<PictureInput> fresh = prompt.images().stream()
                .skip(prompt.picturesIn(shared))
                .map(pixels)
                .toList();
        current.rewind(shared);
        // Should it be interrupted, this is what is surely there.
        held = Arrays.copyOf(prompt.ids(), shared);
        images = prompt.images();
        int[] rest = Arrays.copyOfRange(prompt.ids(), shared, prompt.ids().length);
        int[] answer = answers.answer(current, rest, fresh, most, written);
        held = Arrays.copyOf(prompt.ids(), current.length());
        System.arraycopy(answer, 0, held, prompt.ids().length, held.length - prompt.ids().length);
        return answer;
    }

    private Decoder.Session opened(int needed) {
        if (session == null) {
            session = decoder.open(Math.max(room, needed));
        }
        session.reserve(needed);
        return session;
    }

    @Override
    public void close() {
        if (session != null) {
            session.close();
        }
    }
}
