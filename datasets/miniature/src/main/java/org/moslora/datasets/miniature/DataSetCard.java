package org.moslora.datasets.miniature;

import java.util.Locale;

/** The README of a data set. */
final class DataSetCard {
    private static final String TEXT = """
            # A miniature world

            Drawn by `./moslora world --scenes %d --seed %d`; the same command draws the same bytes.

            | what | where | format |
            |---|---|---|
            | pictures of one to four things | `images/` | PNG, %d × %d |
            | questions about them | `train.json`, `validation.json`, `test.json` | LLaVA's: `id`, `image`, `conversations`; `topics` names each turn's |
            | questions of new kinds and about new things, for tuning | `skills-train.json`, `skills-validation.json`, `skills-test.json` | the same; three in ten training rows ask of the old |
            | pictures of one big thing | `portraits/train/`, `portraits/validation/`, `portraits/test/` | PNG, %d × %d, the caption in NAME.txt |
            | five pictures of a creature that nobody has seen | `subject/` | the same |
            | facts; scenes told in words, with questions | `text/facts.json`, `text/stories.json` | LLaVA's, without pictures |
            | open questions, multiple choice, and true or false, about facts and about scenes in words | `text/open-train.json`, `text/choices-train.json`, `text/claims-train.json`, … | commonsense: `instruction`, `input`, `output`, `answer` |
            | tokenizers of all words | `tokenizers/language/`, `tokenizers/captions/` | tokenizer.json; vocab.json and merges.txt |
            | counts, and the best constant answer to each topic | `manifest.json` | |

            A combination of colour, kind and background belongs to one split, by a rule that no seed changes: what any
            such data set trains on is in no other's test.

            ```yaml
            data: {conversations: train.json, images: images}      # visual instruction tuning
            instance: {images: subject, prompt: a sks animal}      # DreamBooth, with captions: {use: true}
            ```
            """;

    private DataSetCard() {}

    static String text(int scenes, long seed) {
        return String.format(
                Locale.ROOT,
                TEXT,
                scenes,
                seed,
                ConversationWriter.SIDE,
                ConversationWriter.SIDE,
                Portraits.SIDE,
                Portraits.SIDE);
    }
}
