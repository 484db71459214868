package org.moslora.examples.text;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.moslora.problems.InvalidInput;

/**
 * Conversations to token ids and labels, turn by turn: each piece is tokenised on its own and the ids are joined, so
 * that the label mask cannot drift against the tokens. Safe to use from several threads.
 */
public final class ConversationEncoder {
    private final TextTokenizer tokenizer;
    private final ChatTemplate template;
    private final ImageTokens image;
    private final int maxLength;
    private final Path images;
    private final boolean onInputs;

    /**
     * An encoder for one model.
     *
     * @param image what an {@code <image>} tag becomes
     * @param maxLength the greatest number of tokens, image tokens counted as widened
     * @param images the folder by which the conversations name their pictures
     * @throws InvalidInput if the tokenizer lacks the template's tokens, or its {@code <image>} is not the model's
     */
    public ConversationEncoder(
            TextTokenizer tokenizer, ChatTemplate template, ImageTokens image, int maxLength, Path images) {
        this(tokenizer, template, image, maxLength, images, false);
    }

    /**
     * As the shorter one, and one may choose to learn from questions too.
     *
     * @param onInputs whether every token carries a loss, those of pictures excepted; the conversation is then
     *     tokenised round by round
     */
    public ConversationEncoder(
            TextTokenizer tokenizer,
            ChatTemplate template,
            ImageTokens image,
            int maxLength,
            Path images,
            boolean onInputs) {
        this.tokenizer = tokenizer;
        this.template = template;
        this.image = image;
        this.maxLength = maxLength;
        this.images = images;
        this.onInputs = onInputs;
        if (template.leavesEndsToTokenizer()) {
            tokenizer.end();
        } else if (template != ChatTemplate.PLAIN) {
            tokenizer.tokenId(template.stop());
        }
        if (image.id() >= 0 && tokenizer.tokenId(Conversation.IMAGE) != image.id()) {
            throw new InvalidInput(
                    "image_token_index",
                    String.format(
                            "is %d in the model's config, but <image> is"
                                    + " token %d of its tokenizer; one of the two files is another model's",
                            image.id(), tokenizer.tokenId(Conversation.IMAGE)));
        }
    }

    /**
     * A conversation for training or scoring.
     *
     * <p>One that is too long loses whole rounds from its end, then the end of the first; image tokens are never cut.
     *
     * @throws InvalidInput naming the conversation, if it is not well formed or nothing with a loss fits
     */
    public Encoded encode(Conversation conversation) {
        List<Part> parts = onInputs ? rounds(conversation) : parts(conversation, false);
        int perRound = onInputs ? 1 : 2;
        int whole = parts.stream().mapToInt(Part::length).sum();
        int kept = parts.size();
        int length = whole;
        while (length > maxLength && kept > perRound) {
            int round = kept % perRound == 0 ? perRound : 1;
            for (int i = 0; i < round; i++) {
                kept--;
                length -= parts.get(kept).length();
            }
        }
        length = Math.min(length, maxLength);
        int[] ids = new int[length];
        int[] labels = new int[length];
        int at = 0;
        for (Part part : parts.subList(0, kept)) {
            int copied = Math.min(part.length(), length - at);
            System.arraycopy(part.ids(), 0, ids, at, copied);
            for (int i = at; i < at + copied; i++) {
                labels[i] = part.supervised() && ids[i] != image.id() ? ids[i] : Encoded.IGNORED;
            }
            at += copied;
        }
        return checked(conversation, parts.subList(0, kept), ids, labels, whole);
    }

    private Encoded checked(Conversation conversation, List<Part> kept, int[] ids, int[] labels, int whole) {
        int pictures = kept.stream().mapToInt(Part::tags).sum();
        int[] positions = positions(ids);
        Encoded encoded = new Encoded(
                conversation.id(), ids, labels, positions, files(conversation, pictures), whole - ids.length);
        String where = "conversation " + conversation.id();
        if (positions.length != pictures * image.count()) {
            throw new InvalidInput(
                    where,
                    String.format(
                            "needs %d tokens for its pictures, and max_length %d does not hold them with what comes before;"
                                    + " raise data.max_length",
                            pictures * image.count(), maxLength));
        }
        if (encoded.supervised() == 0) {
            throw new InvalidInput(
                    where,
                    String.format(
                            "has %d tokens, of which max_length %d keeps none with a loss; raise data.max_length or leave it out",
                            whole, maxLength));
        }
        return encoded;
    }

    /**
     * A prompt for every answer of a conversation, each after the true history; a last question without an answer
     * gets one too. Nothing is cut.
     *
     * @throws InvalidInput naming the conversation, if it is not well formed
     */
    public List<Prompt> prompts(Conversation conversation) {
        List<Prompt> prompts = new ArrayList<>();
        List<Turn> turns = conversation.turns();
        int[] ids = new int[0];
        int pictures = 0;
        List<Part> parts = parts(conversation, true);
        for (int i = 0; i < parts.size(); i++) {
            ids = joined(ids, parts.get(i).ids());
            pictures += parts.get(i).tags();
            if (i % 2 == 0) {
                String expected = i + 1 < turns.size() ? turns.get(i + 1).text() : "";
                prompts.add(new Prompt(ids, files(conversation, pictures), expected));
            }
        }
        return prompts;
    }

    /** The token that ends an answer: the template's, whatever the model's config calls its end of sequence. */
    public int stopId() {
        if (template == ChatTemplate.PLAIN) {
            int[] newline = tokenizer.encode(template.stop());
            return newline[newline.length - 1];
        }
        return template.leavesEndsToTokenizer() ? tokenizer.end() : tokenizer.tokenId(template.stop());
    }

    /** What an answer's tokens say, without special tokens and outer space. */
    public String text(int[] ids) {
        return tokenizer.decode(ids, true).strip();
    }

    /** A piece as tokens, and how many pictures are in it. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Part(int[] ids, boolean supervised, int tags) {
        int length() {
            return ids.length;
        }
    }

    /** Questions and answers, each tokenised on its own. */
    private List<Part> parts(Conversation conversation, boolean asked) {
        mustNotShow(conversation);
        List<Part> parts = new ArrayList<>();
        for (Piece piece : Spelling.of(conversation, template, asked)) {
            parts.add(part(piece, parts.isEmpty()));
        }
        return parts;
    }

    /** Rounds, each tokenised in one piece and supervised as a whole, if its answer is. */
    private List<Part> rounds(Conversation conversation) {
        mustNotShow(conversation);
        List<Part> rounds = new ArrayList<>();
        List<Piece> pieces = Spelling.of(conversation, template, false);
        for (int i = 0; i + 1 < pieces.size(); i += 2) {
            String text = pieces.get(i).text() + pieces.get(i + 1).text();
            rounds.add(part(new Piece(text, pieces.get(i + 1).supervised(), true), rounds.isEmpty()));
        }
        return rounds;
    }

    /** A piece's tokens; the tokenizer's own opening goes before the first, its end behind every answer. */
    private Part part(Piece piece, boolean first) {
        int[] ids = widened(tokenizer.encode(piece.text()));
        boolean opens = template == ChatTemplate.PLAIN || template.leavesEndsToTokenizer();
        if (first && opens) {
            ids = joined(tokenizer.opening(), ids);
        }
        if (piece.answer() && template.leavesEndsToTokenizer()) {
            ids = joined(ids, new int[] {tokenizer.end()});
        }
        return new Part(ids, piece.supervised(), Conversation.tags(piece.text()));
    }

    private void mustNotShow(Conversation conversation) {
        if (image.id() < 0 && !conversation.images().isEmpty()) {
            throw new InvalidInput("conversation " + conversation.id(), "has a picture, and the model takes none");
        }
    }

    private static int[] joined(int[] first, int[] second) {
        int[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }

    private int[] widened(int[] narrow) {
        int tags = (int) Arrays.stream(narrow).filter(id -> id == image.id()).count();
        if (tags == 0) {
            return narrow;
        }
        int[] wide = new int[narrow.length + tags * (image.count() - 1)];
        int at = 0;
        for (int id : narrow) {
            int copies = id == image.id() ? image.count() : 1;
            Arrays.fill(wide, at, at + copies, id);
            at += copies;
        }
        return wide;
    }

    private int[] positions(int[] ids) {
        return java.util.stream.IntStream.range(0, ids.length)
                .filter(i -> ids[i] == image.id())
                .toArray();
    }

    private List<Path> files(Conversation conversation, int pictures) {
        return conversation.images().stream()
                .limit(pictures)
                .map(images::resolve)
                .toList();
    }
}
