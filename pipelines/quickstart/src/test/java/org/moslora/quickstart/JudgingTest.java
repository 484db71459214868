package org.moslora.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.moslora.pictures.judge.Embedding;
import org.moslora.quickstart.outcome.JudgeScore;
import org.moslora.quickstart.outcome.Painted;

/** A judge that sees in a picture exactly what its name says, each text in a direction of its own. */
final class JudgingTest {
    private final List<String> known = new ArrayList<>();

    private float[] vector(String text) {
        if (!known.contains(text)) {
            known.add(text);
        }
        float[] vector = new float[64];
        vector[known.indexOf(text)] = 1;
        return vector;
    }

    private final Embedding judge = new Embedding() {
        @Override
        public List<float[]> pictures(List<Path> files) {
            return texts(files.stream().map(Path::toString).toList());
        }

        @Override
        public List<float[]> texts(List<String> texts) {
            return texts.stream().map(JudgingTest.this::vector).toList();
        }
    };

    private static List<Path> pictures(String... shown) {
        return List.of(shown).stream().map(Path::of).toList();
    }

    @Test
    void eachScoreCountsWhatItSays() {
        List<Painted> asked = new ArrayList<>();
        for (int i = 0; i < Prompts.subject().size(); i++) {
            String plain = Prompts.plain().get(i);
            // The first prompt is painted in the wrong place before, and twice as the creature after.
            asked.add(new Painted(
                    Prompts.subject().get(i),
                    i == 0 ? pictures("an animal in the city", plain) : pictures(plain, plain),
                    i == 0 ? pictures("creature", "creature") : pictures(plain, plain)));
        }
        List<Painted> others = Prompts.others().stream()
                .map(prompt -> new Painted(prompt, pictures("a cat"), pictures("a dog")))
                .toList();
        List<JudgeScore> scores = new Judging(judge, pictures("creature"), asked, others).scores();
        assertThat(scores).hasSize(4);
        expect(scores.get(0), 0, 2 / 12.0);
        expect(scores.get(1), 11 / 12.0, 10 / 12.0);
        // Nothing is nearest to the place that is asked for where the picture shows a hat or nothing known.
        expect(scores.get(2), 7 / 12.0, 6 / 12.0);
        expect(scores.get(3), 0.25, 0.25);
    }

    private static void expect(JudgeScore score, double before, double after) {
        assertThat(score.before()).as(score.what()).isCloseTo(before, within(1e-6));
        assertThat(score.after()).as(score.what()).isCloseTo(after, within(1e-6));
    }
}
