package org.moslora.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.moslora.pictures.judge.Judge;

/**
 * What a judge says of the pictures of one trial, after DreamBooth's paper (Ruiz et al. 2023, arXiv:2208.12242, section
 * 4): subject fidelity by CLIP-I, prompt fidelity by CLIP-T, and of its prior preservation two sides. Whether the class
 * has turned into the subject is the paper's PRES, the mean cosine of the class's pictures with those of the subject,
 * taken with the judge in place of DINO. But PRES is low, too, where the class has turned into anything else, so the
 * share of the class's pictures that still look most like their own caption stands beside it, which is CLIP's
 * classification without training (Radford et al. 2021, arXiv:2103.00020, section 3.1). The paper's DIV, variety by
 * LPIPS, is left out: a low one is the fault of few steps and high guidance as well, and LPIPS is another model. So is
 * the likeness to what the untuned model paints from the same noise, since another dog is not a worse one.
 *
 * @param shown the subject's own pictures
 * @param painted pictures by prompt
 * @param subjectPrompts those of the subject
 */
record PictureScores(
        PicturesBlock block, List<Path> shown, Map<String, List<Path>> painted, List<String> subjectPrompts) {
    /** Pictures and, for each, a text. */
    private record Pairs(List<Path> pictures, List<String> texts) {}

    /**
     * One score.
     *
     * @throws IllegalStateException if there is no picture of a prompt
     */
    double of(Metric metric, Judge judge) {
        return switch (metric) {
            case SUBJECT_FIDELITY -> judge.subjectFidelity(ofSubject().pictures(), shown);
            case PROMPT_FIDELITY ->
                judge.promptFidelity(
                        ofSubject().pictures(),
                        ofSubject().texts().stream().map(block::plain).toList());
            case CLASS_PRESERVATION ->
                judge.shareKnown(ofClass().pictures(), ofClass().texts(), block.captions());
            case CLASS_COLLAPSE -> judge.subjectFidelity(ofClass().pictures(), shown);
            case ACCURACY, LOSS, TRAINING_LOSS ->
                throw new IllegalArgumentException(metric.word() + " is no score of pictures");
        };
    }

    private Pairs ofSubject() {
        return pairs(subjectPrompts);
    }

    private Pairs ofClass() {
        return pairs(block.classPrompts());
    }

    private Pairs pairs(List<String> prompts) {
        Pairs pairs = new Pairs(new ArrayList<>(), new ArrayList<>());
        for (String prompt : prompts) {
            List<Path> pictures = painted.getOrDefault(prompt, List.of());
            if (pictures.size() != block.images()) {
                throw new IllegalStateException(
                        pictures.size() + " pictures of \"" + prompt + "\" instead of " + block.images());
            }
            for (Path picture : pictures) {
                pairs.pictures().add(picture);
                pairs.texts().add(prompt);
            }
        }
        return pairs;
    }
}
