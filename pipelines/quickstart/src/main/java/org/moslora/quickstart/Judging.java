package org.moslora.quickstart;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.moslora.datasets.miniature.world.Background;
import org.moslora.pictures.judge.Embedding;
import org.moslora.pictures.judge.Judge;
import org.moslora.quickstart.outcome.JudgeScore;
import org.moslora.quickstart.outcome.Painted;

/** What a judge says of the pictures before and after. */
final class Judging {
    private final Judge judge;
    private final List<Path> shown;
    private final List<Painted> asked;
    private final List<Painted> others;

    /** @param asked in the order of {@link Prompts#subject}, others in that of {@link Prompts#others} */
    Judging(Embedding space, List<Path> shown, List<Painted> asked, List<Painted> others) {
        this.judge = new Judge(space);
        this.shown = shown;
        this.asked = asked;
        this.others = others;
    }

    List<JudgeScore> scores() {
        return List.of(
                twice(
                        "like the creature",
                        "CLIP-I: mean cosine with the five pictures that were shown",
                        false,
                        which -> judge.subjectFidelity(all(asked, which), shown)),
                twice(
                        "like the prompt",
                        "CLIP-T: mean cosine with the prompt, \"" + Prompts.CLASS + "\" for the creature",
                        false,
                        which -> judge.promptFidelity(all(asked, which), each(asked, which, Prompts.plain()))),
                twice(
                        "in the right place",
                        "share of pictures whose nearest place, of eight, is the prompt's",
                        true,
                        which -> right(asked, which, places(Prompts.places()), places(List.of(Background.values())))),
                twice(
                        "other animals still themselves",
                        "share of pictures whose nearest caption, of twelve kinds in four colours, is the prompt",
                        true,
                        which -> right(others, which, Prompts.others(), Prompts.lookalikes())));
    }

    private static JudgeScore twice(
            String what, String how, boolean isShare, ToDoubleFunction<Function<Painted, List<Path>>> score) {
        return new JudgeScore(
                what, how, isShare, score.applyAsDouble(Painted::before), score.applyAsDouble(Painted::after));
    }

    private double right(
            List<Painted> painted, Function<Painted, List<Path>> which, List<String> right, List<String> all) {
        return judge.shareKnown(all(painted, which), each(painted, which, right), all);
    }

    private static List<Path> all(List<Painted> painted, Function<Painted, List<Path>> which) {
        return painted.stream().flatMap(each -> which.apply(each).stream()).toList();
    }

    /** The text of each prompt, once for each of its pictures. */
    private static List<String> each(List<Painted> painted, Function<Painted, List<Path>> which, List<String> texts) {
        List<String> each = new ArrayList<>();
        for (int i = 0; i < painted.size(); i++) {
            String text = texts.get(i);
            which.apply(painted.get(i)).forEach(picture -> each.add(text));
        }
        return each;
    }

    private static List<String> places(List<Background> places) {
        return places.stream()
                .map(place -> Prompts.CLASS + " " + place.phrase())
                .toList();
    }
}
