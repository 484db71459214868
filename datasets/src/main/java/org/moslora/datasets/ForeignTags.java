package org.moslora.datasets;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moslora.examples.text.Conversation;
import org.moslora.examples.text.Role;
import org.moslora.examples.text.Turn;

/** What other model families write where a picture belongs: here it would be learnt as if it were text. */
final class ForeignTags {
    /** Nobody writes these for anything else. */
    private static final Pattern TOKENS =
            Pattern.compile("<IMG_CONTEXT>|<IMG_START>|<\\|image_pad\\|>|<\\|video_pad\\|>"
                    + "|<\\|audio_pad\\|>|<\\|vision_(?:start|end|pad)\\|>|<\\|image(?:_\\d+)?\\|>|<\\|audio(?:_\\d+)?\\|>"
                    + "|<\\|media_(?:start|begin|pad)\\|>|<\\|begin_of_(?:image|video|audio)\\|>|<ImageHere>|<image_placeholder>"
                    + "|<start_of_image>|<image_soft_token>|<im_patch>|<im_start>|<fake_token_around_image>|<image_\\d+>"
                    + "|<image>\\./</image>|<ImageFeatures>|<video_placeholder>");
    /** In the text of a web page these have attributes, or something inside. */
    private static final Pattern AS_IN_PAGES = Pattern.compile(
            "<img>[^<>\\n]*</img>|^\\s*<img>(?!.*</img>)|^\\s*<(?:video|audio)>(?!.*</)", Pattern.DOTALL);
    /** These are words of a language elsewhere, and tags only in a row with pictures. */
    private static final Pattern BESIDE_PICTURES = Pattern.compile("<img>|<video>|<audio>|\\[IMG\\]");

    private ForeignTags() {}

    /** @param pictures whether the row names any */
    static void check(Turn turn, int number, boolean pictures) throws BadRow {
        mustLack(TOKENS, turn, number);
        if (turn.role() == Role.USER) {
            mustLack(AS_IN_PAGES, turn, number);
        }
        if (turn.role() == Role.USER && pictures) {
            mustLack(BESIDE_PICTURES, turn, number);
        }
    }

    private static void mustLack(Pattern tags, Turn turn, int number) throws BadRow {
        Matcher found = tags.matcher(turn.whole());
        if (found.find()) {
            throw new BadRow(
                    "image-tag",
                    "turn " + number + " has " + found.group().strip()
                            + ", the tag of another model family; a picture's" + " place is " + Conversation.IMAGE
                            + " here, and its name stands in the row's image");
        }
    }
}
