package org.moslora.examples.text;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.moslora.examples.tokenizer.Tokens;
import org.moslora.problems.InvalidInput;

/**
 * Widens the image tokens of a text to as many as their pictures have features.
 *
 * @param image what a tag becomes
 * @param folder by which conversations name their pictures
 */
record ImageWidening(ImageTokens image, Path folder) {
    /** The first pictures of a conversation, as a text shows them that has no others. */
    List<ShownPicture> shown(Conversation conversation, int count) {
        boolean alone = count == 1;
        return conversation.images().stream()
                .limit(count)
                .map(name -> file(conversation, name))
                .map(file -> new ShownPicture(file, alone, tokens(conversation, file, alone)))
                .toList();
    }

    private Path file(Conversation conversation, String name) {
        try {
            return folder.resolve(name);
        } catch (InvalidPathException odd) {
            throw new InvalidInput(
                    "conversation " + conversation.id(),
                    "names the picture \"" + name + "\", which is no path here: " + odd.getReason()
                            + "; names outside ASCII need a UTF-8 locale, such as LC_ALL=C.UTF-8");
        }
    }

    private int tokens(Conversation conversation, Path file, boolean alone) {
        try {
            return image.counting().of(file, alone);
        } catch (InvalidInput unfit) {
            throw new InvalidInput(
                    "conversation " + conversation.id(),
                    "shows " + file + ": " + unfit.problems().get(0).what());
        }
    }

    /** How many tokens pictures take. */
    static int tokens(List<ShownPicture> pictures) {
        return pictures.stream().mapToInt(ShownPicture::tokens).sum();
    }

    /**
     * The tokens behind an opening, each image token as often as its picture wants.
     *
     * @throws InvalidInput naming the conversation, if the text has more image tokens than there are pictures
     */
    Tokens widened(Conversation conversation, Tokens own, int[] opening, List<ShownPicture> pictures) {
        int single =
                (int) Arrays.stream(own.ids()).filter(id -> id == image.id()).count();
        if (single > pictures.size()) {
            throw new InvalidInput(
                    "conversation " + conversation.id(),
                    String.format(
                            "has %d image tokens %s in its text, expected %d, one for each picture; is one meant"
                                    + " literally?",
                            single, image.tags().token(), pictures.size()));
        }
        int wide = opening.length + own.ids().length - single + tokens(pictures.subList(0, single));
        Tokens tokens = new Tokens(Arrays.copyOf(opening, wide), new int[wide], new int[wide]);
        int at = opening.length;
        int picture = 0;
        for (int i = 0; i < own.ids().length; i++) {
            boolean widens = own.ids()[i] == image.id();
            int next = at + (widens ? pictures.get(picture++).tokens() : 1);
            Arrays.fill(tokens.ids(), at, next, own.ids()[i]);
            Arrays.fill(tokens.from(), at, next, own.from()[i]);
            Arrays.fill(tokens.to(), at, next, own.to()[i]);
            at = next;
        }
        return tokens;
    }

    /**
     * Refuses a text that does not hold exactly as many image tokens as its pictures have features.
     *
     * @param found image tokens that it holds
     */
    void check(Conversation conversation, List<ShownPicture> pictures, int found, int maxLength) {
        int expected = tokens(pictures);
        if (found != expected) {
            throw new InvalidInput(
                    "conversation " + conversation.id(),
                    String.format(
                            "needs %d tokens for its pictures, and max_length %d does not hold them with what comes"
                                    + " before, but %d of them; raise data.max_length",
                            expected, maxLength, found));
        }
    }
}
