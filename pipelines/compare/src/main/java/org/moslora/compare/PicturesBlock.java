package org.moslora.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.moslora.console.recipe.Default;
import org.moslora.console.recipe.Meaning;
import org.moslora.console.recipe.MustExist;
import org.moslora.diffusion.schedule.SchedulerName;
import org.moslora.problems.Problems;

/** The {@code pictures:} block of a comparison: what trained models paint, and who judges it. */
public record PicturesBlock(
        @Meaning("the folder of the CLIP that judges") @MustExist(MustExist.Thing.FOLDER)
        Path judge,

        @Meaning("the words for the subject in prompts: a sks dog")
        String subject,

        @Meaning("what the judge, who has never heard of it, reads instead: a dog")
        String noun,

        @Meaning("what the subject is painted by for the scores")
        List<String> prompts,

        @Default("[]") @Meaning("other prompts of the subject, by whose pictures rates are chosen")
        List<String> validationPrompts,

        @Default("[]") @Meaning("prompts of others of the subject's class, which a model must not lose")
        List<String> classPrompts,

        @Default("[]") @Meaning("what the judge may take those for, the class prompts among them")
        List<String> captions,

        @Default("4") @Meaning("pictures of every prompt") int images,

        @Default("50") @Meaning("steps of the scheduler") int steps,

        @Meaning("scale of classifier-free guidance; the model's usual one if absent") @Nullable
        Double guidance,

        @Meaning("ddim, pndm, euler, euler-a, dpmpp-2m, dpmpp-2m-karras, ddpm or lcm; the model's own if absent")
        @Nullable
        String scheduler,

        @Default("0")
        @Meaning("of the first picture; validation's begin where the test's end, so that they share no noise")
        long seed) {
    public PicturesBlock {
        prompts = List.copyOf(prompts);
        validationPrompts = List.copyOf(validationPrompts);
        classPrompts = List.copyOf(classPrompts);
        captions = List.copyOf(captions);
        Problems problems = new Problems();
        words(problems, "subject", subject);
        words(problems, "noun", noun);
        if (prompts.isEmpty()) {
            problems.add("prompts", "must not be empty: what the subject is painted by for the scores");
        }
        ofSubject(problems, "prompts", prompts, subject);
        ofSubject(problems, "validation_prompts", validationPrompts, subject);
        ofClass(problems, subject, classPrompts, captions);
        once(problems, prompts, validationPrompts, classPrompts);
        atLeast(problems, "images", images, 1);
        atLeast(problems, "steps", steps, 1);
        atLeast(problems, "seed", seed, 0);
        if (guidance != null && !(guidance >= 0)) {
            problems.add("guidance", "must be at least 0, got %s", guidance);
        }
        if (scheduler != null) {
            problems.collect(() -> SchedulerName.named("scheduler", scheduler));
        }
        problems.throwIfAny();
    }

    private static void words(Problems problems, String key, String text) {
        if (text.isBlank()) {
            problems.add(key, "must not be empty");
        }
    }

    private static void ofSubject(Problems problems, String key, List<String> prompts, String subject) {
        for (String prompt : prompts) {
            if (!prompt.contains(subject)) {
                problems.add(key, "has \"%s\", which does not name the subject, \"%s\"", prompt, subject);
            }
        }
    }

    private static void ofClass(Problems problems, String subject, List<String> prompts, List<String> captions) {
        for (String prompt : prompts) {
            words(problems, "class_prompts", prompt);
            if (!subject.isBlank() && prompt.contains(subject)) {
                problems.add(
                        "class_prompts",
                        "has \"%s\", which names the subject; others of its class belong here",
                        prompt);
            }
            if (!captions.contains(prompt)) {
                problems.add("captions", "must hold every class prompt, \"%s\" too", prompt);
            }
        }
        if (!prompts.isEmpty() && captions.stream().distinct().count() < 2) {
            problems.add("captions", "must be at least two: between them the judge decides");
        }
        if (prompts.isEmpty() && !captions.isEmpty()) {
            problems.add("captions", "are for pictures of class_prompts, of which there are none");
        }
    }

    private static void once(Problems problems, List<String> prompts, List<String> validation, List<String> ofClass) {
        Set<String> seen = new HashSet<>();
        List<String> all = new ArrayList<>(prompts);
        all.addAll(validation);
        all.addAll(ofClass);
        all.stream()
                .filter(prompt -> !seen.add(prompt))
                .distinct()
                .forEach(prompt -> problems.add("prompts", "and the other lists have \"%s\" twice", prompt));
    }

    private static void atLeast(Problems problems, String key, long value, long least) {
        if (value < least) {
            problems.add(key, "must be at least %d, got %d", least, value);
        }
    }

    /** What the subject is painted by. */
    List<String> subjectPrompts(ScoreSplit part) {
        return part == ScoreSplit.TEST ? prompts : validationPrompts;
    }

    /** Everything that is painted, in its order. */
    List<String> all(ScoreSplit part) {
        List<String> all = new ArrayList<>(subjectPrompts(part));
        all.addAll(classPrompts);
        return all;
    }

    /** The seed of a part's first picture. */
    long seed(ScoreSplit part) {
        return part == ScoreSplit.TEST
                ? seed
                : seed + (long) images * all(ScoreSplit.TEST).size();
    }

    /** A prompt in words that the judge knows. */
    String plain(String prompt) {
        return prompt.replace(subject, noun);
    }
}
