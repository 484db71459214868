package org.moslora.examples.subject;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What is made of caption files.
 *
 * @param use whether they count before the subject's prompt
 * @param dropout the share of captions that are left empty, so that the model also learns without words
 * @param shuffle whether what stands between commas comes in another order every time
 */
public record Captions(boolean use, double dropout, boolean shuffle) {
    /** No caption files: every picture has its subject's prompt. */
    public static final Captions NONE = new Captions(false, 0, false);

    String words(SubjectPicture picture, String prompt, Random random) {
        String caption = picture.caption();
        if (!use || caption == null) {
            return prompt;
        }
        boolean dropped = random.nextDouble() < dropout;
        return dropped ? "" : shuffle ? shuffled(caption, random) : caption;
    }

    private static String shuffled(String caption, Random random) {
        List<String> tags = new ArrayList<>(Arrays.stream(caption.split(","))
                .map(String::strip)
                .filter(tag -> !tag.isEmpty())
                .toList());
        Collections.shuffle(tags, random);
        return String.join(", ", tags);
    }
}
