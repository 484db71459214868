package org.moslora.examples.text;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.moslora.examples.tokenizer.Tokens;
import org.moslora.problems.InvalidInput;

/**
 * Conversations to token ids and labels. A conversation is tokenised as one text, since many tokenizers put a blank in
 * front of every text that they are given; the label mask cannot drift against the tokens, since it goes by the place in
 * the text where a token's characters begin. Safe to use from several threads.
 */
public final class ConversationEncoder {
    private final TextTokenizer tokenizer;
    private final ChatTemplate template;
    private final ImageTokens image;
    private final int maxLength;
    private final ImageWidening widening;
    private final boolean onInputs;
    private final String end;
    private final int[] opening;

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
     * @param onInputs whether every token carries a loss, those of pictures excepted
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
        this.widening = new ImageWidening(image, images);
        this.onInputs = onInputs;
        this.end = template.leavesEndsToTokenizer() ? end(tokenizer) : "";
        boolean opens = template == ChatTemplate.PLAIN || template.leavesEndsToTokenizer();
        this.opening = opens ? tokenizer.opening() : new int[0];
        if (!template.leavesEndsToTokenizer() && template != ChatTemplate.PLAIN) {
            tokenizer.tokenId(template.stop());
        }
        if (image.id() >= 0 && tokenizer.tokenId(image.tags().token()) != image.id()) {
            throw new InvalidInput(
                    "image_token_index",
                    String.format(
                            "is %d in the model's config, but %s is"
                                    + " token %d of its tokenizer; one of the two files is another model's",
                            image.id(),
                            image.tags().token(),
                            tokenizer.tokenId(image.tags().token())));
        }
    }

    /** How the token is written that the model folder ends texts with. */
    private static String end(TextTokenizer tokenizer) {
        int id = tokenizer.end();
        String written = tokenizer.token(id);
        if (!Arrays.equals(tokenizer.encode(written), new int[] {id})) {
            throw new InvalidInput(
                    "tokenizer.json",
                    "does not list token " + id + " '" + written
                            + "', which ends a text, among its added_tokens, so that" + " a text cannot hold it");
        }
        return written;
    }

    /**
     * A conversation for training or scoring.
     *
     * <p>One that is too long loses whole rounds from its end, then the end of the first; image tokens are never cut.
     *
     * @throws InvalidInput naming the conversation, if it is not well formed or nothing with a loss fits
     */
    public Encoded encode(Conversation given) {
        Conversation conversation = image.boxes().placed(given, widening.folder());
        SpeltConversation kept = spelt(conversation, false);
        if (onInputs && kept.count() > 1 && kept.lastRound() == 1) {
            kept = kept.first(kept.count() - 1);
        }
        boolean[] supervised = kept.supervised(onInputs);
        List<ShownPicture> shown =
                widening.shown(conversation, conversation.images().size());
        Tokens tokens = tokens(conversation, kept, shown);
        int asked = template.learnsWhatPromptLacks() && !onInputs
                ? tokens(conversation, kept.first(1), shown).ids().length
                : -1;
        int whole = tokens.ids().length;
        int length = whole;
        while (length > maxLength && kept.count() > 2) {
            kept = kept.first(kept.count() - kept.lastRound());
            length = before(kept.length(), tokens);
        }
        length = Math.min(length, maxLength);
        int[] ids = Arrays.copyOf(tokens.ids(), length);
        int[] labels = new int[length];
        for (int i = 0; i < length; i++) {
            boolean learnt = asked < 0 ? supervised[tokens.from()[i]] : i >= asked && kept.isLearnt();
            labels[i] = learnt && ids[i] != image.id() ? ids[i] : Encoded.IGNORED;
        }
        List<ShownPicture> left = shown.subList(0, kept.tags(image.tags().token()));
        return checked(conversation, left, ids, labels, whole);
    }

    /** How many tokens begin before a place of the text. */
    private static int before(int place, Tokens tokens) {
        int count = 0;
        while (count < tokens.ids().length && tokens.from()[count] < place) {
            count++;
        }
        return count;
    }

    private Encoded checked(
            Conversation conversation, List<ShownPicture> pictures, int[] ids, int[] labels, int whole) {
        int[] positions = positions(ids);
        widening.check(conversation, pictures, positions.length, maxLength);
        Encoded encoded = new Encoded(conversation.id(), ids, labels, positions, pictures, whole - ids.length);
        if (encoded.supervised() == 0) {
            throw new InvalidInput(
                    "conversation " + conversation.id(),
                    String.format(
                            "has %d tokens, of which max_length %d keeps none with a loss; raise data.max_length or"
                                    + " leave it out",
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
    public List<Prompt> prompts(Conversation given) {
        Conversation conversation = image.boxes().placed(given, widening.folder());
        List<Prompt> prompts = new ArrayList<>();
        List<Turn> turns = conversation.turns();
        SpeltConversation spelt = spelt(conversation, true);
        for (int i = 0; i < turns.size(); i += 2) {
            SpeltConversation history = spelt.first(i + 1);
            String expected = i + 1 < turns.size() ? turns.get(i + 1).text() : "";
            List<ShownPicture> shown =
                    widening.shown(conversation, history.tags(image.tags().token()));
            int[] ids = tokens(conversation, history, shown).ids();
            prompts.add(new Prompt(ids, image.id(), shown, expected));
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

    private SpeltConversation spelt(Conversation conversation, boolean asked) {
        mustNotShow(conversation);
        return TurnFormatter.of(conversation, template, end, asked, image.tags());
    }

    /** The tokens of all of a text, behind the tokenizer's own opening where the template has none. */
    private Tokens tokens(Conversation conversation, SpeltConversation spelt, List<ShownPicture> shown) {
        return widening.widened(conversation, own(conversation, spelt), opening, shown);
    }

    private Tokens own(Conversation conversation, SpeltConversation spelt) {
        try {
            return tokenizer.tokens(spelt.text());
        } catch (InvalidInput unfit) {
            throw new InvalidInput("conversation " + conversation.id(), String.valueOf(unfit.getMessage()));
        }
    }

    private void mustNotShow(Conversation conversation) {
        if (image.id() < 0 && !conversation.images().isEmpty()) {
            throw new InvalidInput("conversation " + conversation.id(), "has a picture, and the model takes none");
        }
    }

    private int[] positions(int[] ids) {
        return java.util.stream.IntStream.range(0, ids.length)
                .filter(i -> ids[i] == image.id())
                .toArray();
    }
}
