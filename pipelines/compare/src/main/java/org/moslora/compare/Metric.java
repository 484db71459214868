package org.moslora.compare;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What a trial is scored by. */
public enum Metric {
    ACCURACY(Of.CONVERSATIONS, true, "share of turns whose greedy answer is the expected one"),
    LOSS(Of.CONVERSATIONS, false, "mean negative log-likelihood of a supervised token"),
    SUBJECT_FIDELITY(Of.PICTURES, true, "CLIP-I, mean cosine of pictures of the subject with those it was shown in"),
    PROMPT_FIDELITY(
            Of.PICTURES,
            true,
            "CLIP-T, mean cosine of pictures of the subject with their prompts, its class named for it"),
    CLASS_PRESERVATION(
            Of.PICTURES, true, "share of pictures of others of its class whose nearest caption is their own"),
    CLASS_COLLAPSE(
            Of.PICTURES,
            false,
            "DreamBooth's PRES by CLIP, mean cosine of those with the pictures the subject was shown in"),
    /** For pipelines whose results no other measure judges. */
    TRAINING_LOSS(Of.TRAINING, false, "mean loss of the last tenth of the training steps");

    /** What is looked at. */
    enum Of {
        CONVERSATIONS,
        PICTURES,
        TRAINING
    }

    private final Of of;
    private final boolean higherBetter;
    private final String meaning;

    Metric(Of of, boolean higherBetter, String meaning) {
        this.of = of;
        this.higherBetter = higherBetter;
        this.meaning = meaning;
    }

    Of of() {
        return of;
    }

    /** Whether more is better. */
    boolean isHigherBetter() {
        return higherBetter;
    }

    /** What it is, in words for a report. */
    String meaning() {
        return meaning;
    }

    /** Whether pictures of the class are needed for it, not of the subject. */
    boolean isOfClass() {
        return this == CLASS_PRESERVATION || this == CLASS_COLLAPSE;
    }

    /** How tables name it. */
    String word() {
        return key().replace('_', ' ');
    }

    /** How recipes and files name it. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** All of one thing. */
    static List<Metric> all(Of of) {
        return Arrays.stream(values()).filter(metric -> metric.of == of).toList();
    }
}
