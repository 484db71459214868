package org.moslora.examples.text;

import java.util.ArrayList;
import java.util.List;
import org.moslora.problems.InvalidInput;

/** Spells a conversation as the pieces whose text is tokenised in one go. */
final class TurnFormatter {
    private TurnFormatter() {}

    /**
     * Question and answer by turns, the opening with the first question; a last question may want its answer.
     *
     * @param end what the tokenizer ends texts with, for templates that leave that to it
     * @param asked whether an answer is wanted to the last question, rather than all of it learnt
     * @param tags how pictures are spelt
     * @throws InvalidInput naming the conversation, if its turns do not alternate or its tags do not fit its pictures
     */
    static SpeltConversation of(
            Conversation conversation, ChatTemplate template, String end, boolean asked, ImageTags tags) {
        check(conversation, template);
        List<Piece> pieces = new ArrayList<>();
        List<Turn> turns = conversation.turns();
        for (int i = 0; i < turns.size(); i++) {
            Turn turn = turns.get(i);
            if (i % 2 == 1) {
                pieces.add(new Piece(template.answer(turn.text()) + end, true, turn.learnt()));
                continue;
            }
            String opening = i == 0 ? template.opening(SystemText.of(conversation, template)) : "";
            Turn tagged = new Turn(turn.role(), tags.placed(turn.text()), turn.input());
            String question = asked ? template.asked(tagged, i / 2) : template.question(tagged, i / 2);
            pieces.add(new Piece(opening + tags.spelt(question), false, true));
        }
        return new SpeltConversation(pieces);
    }

    private static void check(Conversation conversation, ChatTemplate template) {
        String where = "conversation " + conversation.id();
        List<Turn> turns = conversation.turns();
        int tags = 0;
        for (int i = 0; i < turns.size(); i++) {
            if (turns.get(i).role() != (i % 2 == 0 ? Role.USER : Role.ASSISTANT)) {
                throw new InvalidInput(
                        where,
                        "turns must alternate, the user first; turn " + (i + 1) + " is another "
                                + turns.get(i).role().name().toLowerCase(java.util.Locale.ROOT));
            }
            int here = Conversation.tags(turns.get(i).whole());
            if (here > 0 && i % 2 == 1) {
                throw new InvalidInput(where, "an answer must not contain <image>, turn " + (i + 1) + " does");
            }
            tags += here;
        }
        if (turns.isEmpty()) {
            throw new InvalidInput(where, "has no turns");
        }
        if (tags != conversation.images().size()) {
            throw new InvalidInput(
                    where, TagCount.mismatch(tags, conversation.images().size()));
        }
        if (template == ChatTemplate.COMMONSENSE && turns.size() > 2) {
            throw new InvalidInput(
                    where,
                    "template commonsense takes one question and its answer, not " + turns.size()
                            + " turns; alpaca takes more");
        }
        if (template == ChatTemplate.PLAIN && (turns.size() > 2 || tags != 1)) {
            throw new InvalidInput(
                    where,
                    "template plain takes one picture and one caption, not " + tags + " pictures and " + turns.size()
                            + " turns");
        }
    }

    /** Moves the tags of a turn to its front, each with a line break, as LLaVA's recipe does. */
    static String tagsFirst(String text) {
        int tags = Conversation.tags(text);
        if (tags == 0) {
            return text;
        }
        String tag = Conversation.IMAGE + "\n";
        return tag.repeat(tags) + stripped(text.replace(Conversation.IMAGE, ""));
    }

    /** Python's str.strip, which takes no-break spaces and the next-line control for space; Java's does not. */
    private static String stripped(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isSpace(text.charAt(from))) {
            from++;
        }
        while (to > from && isSpace(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean isSpace(char letter) {
        return Character.isWhitespace(letter) || Character.isSpaceChar(letter) || letter == '\u0085';
    }
}
