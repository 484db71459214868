package org.moslora.examples;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.moslora.examples.image.PictureInput;
import org.moslora.examples.text.Encoded;
import org.moslora.examples.text.ShownPicture;

/**
 * One micro-batch, its conversations laid end to end without padding.
 *
 * @param conversations the ids of the conversations
 * @param ids all tokens, one conversation after the other
 * @param targets for each token the one that should follow it, or {@link Encoded#IGNORED}; shifted inside each
 *     conversation, so that its last token has none
 * @param lengths tokens of each conversation
 * @param images every picture, in the order of appearance
 * @param pixels the same pictures as the tower takes them; {@link PictureInput#remembered} where the model knows it already
 * @param imagePositions where in {@code ids} the image tokens stand, ascending
 */
@SuppressWarnings("ArrayRecordComponent") // handed to the model as they are, never compared
public record Batch(
        List<String> conversations,
        int[] ids,
        int[] targets,
        int[] lengths,
        List<ShownPicture> images,
        List<PictureInput> pixels,
        int[] imagePositions) {
    public Batch {
        conversations = List.copyOf(conversations);
        images = List.copyOf(images);
        pixels = List.copyOf(pixels);
    }

    /** Joins examples in their order. */
    public static Batch of(List<Example> examples) {
        int[] lengths = examples.stream()
                .mapToInt(example -> example.encoded().ids().length)
                .toArray();
        int[] ids = new int[Arrays.stream(lengths).sum()];
        int[] targets = new int[ids.length];
        int[] positions = new int
                [examples.stream()
                        .mapToInt(example -> example.encoded().imagePositions().length)
                        .sum()];
        List<PictureInput> pixels = new ArrayList<>();
        int at = 0;
        int image = 0;
        for (Example example : examples) {
            Encoded encoded = example.encoded();
            int length = encoded.ids().length;
            System.arraycopy(encoded.ids(), 0, ids, at, length);
            System.arraycopy(encoded.labels(), 1, targets, at, length - 1);
            targets[at + length - 1] = Encoded.IGNORED;
            for (int position : encoded.imagePositions()) {
                positions[image++] = at + position;
            }
            pixels.addAll(example.pixels());
            at += length;
        }
        List<String> names =
                examples.stream().map(example -> example.encoded().id()).toList();
        List<ShownPicture> images = examples.stream()
                .flatMap(example -> example.encoded().images().stream())
                .toList();
        return new Batch(names, ids, targets, lengths, images, pixels, positions);
    }

    /** Some of the conversations by themselves, from one to before another. */
    public Batch part(int from, int to) {
        int start = Arrays.stream(lengths, 0, from).sum();
        int end = start + Arrays.stream(lengths, from, to).sum();
        int[] places = Arrays.stream(imagePositions)
                .filter(place -> place >= start && place < end)
                .map(place -> place - start)
                .toArray();
        int before = (int)
                Arrays.stream(imagePositions).filter(place -> place < start).count();
        int first = pictures(before);
        int last = pictures(before + places.length);
        return new Batch(
                conversations.subList(from, to),
                Arrays.copyOfRange(ids, start, end),
                Arrays.copyOfRange(targets, start, end),
                Arrays.copyOfRange(lengths, from, to),
                images.subList(first, last),
                pixels.subList(first, last),
                places);
    }

    /** How many pictures so many image tokens are of. */
    private int pictures(int tokens) {
        int left = tokens;
        int count = 0;
        while (count < images.size() && left >= images.get(count).tokens()) {
            left -= images.get(count).tokens();
            count++;
        }
        return count;
    }

    /** How many tokens of a conversation carry a loss. */
    public int supervised(int conversation) {
        return part(conversation, conversation + 1).supervised();
    }

    /** How many tokens carry a loss. */
    public int supervised() {
        return (int) Arrays.stream(targets)
                .filter(target -> target != Encoded.IGNORED)
                .count();
    }
}
