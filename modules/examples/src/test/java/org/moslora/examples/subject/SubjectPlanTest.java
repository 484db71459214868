package org.moslora.examples.subject;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.moslora.examples.subject.SubjectPlan.Setting;

class SubjectPlanTest {
    private static final Framing SQUARE = new Framing(64, Crop.CENTER, false, null);

    private static Subject subject(String name, int pictures, int repeats) {
        List<SubjectPicture> all = IntStream.range(0, pictures)
                .mapToObj(i -> new SubjectPicture(
                        Path.of(name + i), i % 2 == 0 ? 64 : 128, 64, i == 0 ? null : "tag, " + name + ", " + i))
                .toList();
        return new Subject(new SubjectPictures(Path.of(name), all, List.of()), "a photo of " + name, repeats);
    }

    private static Setting setting(boolean shuffled, int batch, Framing framing) {
        return new Setting(shuffled, batch, 2, 7, Captions.NONE, framing);
    }

    private static List<String> names(List<TrainingImage> shots) {
        return shots.stream().map(shot -> shot.picture().file().toString()).toList();
    }

    @Test
    void sequentialStepsGoRoundByFileName() {
        SubjectPlan plan = new SubjectPlan(List.of(subject("s", 4, 1)), subject("c", 3, 1), setting(false, 2, SQUARE));
        assertThat(plan.step(0)).hasSize(2);
        assertThat(names(plan.step(0).get(0))).containsExactly("s0", "s1", "c0", "c1");
        assertThat(names(plan.step(0).get(1))).containsExactly("s2", "s3", "c2", "c0");
        assertThat(names(plan.step(1).get(0))).containsExactly("s0", "s1", "c1", "c2");
        TrainingImage first = plan.step(0).get(0).get(0);
        assertThat(first.prompt()).isEqualTo("a photo of s");
        assertThat(first.prior()).isFalse();
        assertThat(first.variation()).isZero();
        assertThat(plan.step(0).get(0).get(2).prior()).isTrue();
    }

    @Test
    void repeatsAndSubjectsFollowEachOther() {
        SubjectPlan plan =
                new SubjectPlan(List.of(subject("a", 1, 2), subject("b", 2, 1)), null, setting(false, 4, SQUARE));
        assertThat(names(plan.step(3).get(1))).containsExactly("a0", "a0", "b0", "b1");
    }

    @Test
    void shuffledRoundsHoldEveryPictureOnce() {
        SubjectPlan plan = new SubjectPlan(List.of(subject("s", 6, 1)), null, setting(true, 3, SQUARE));
        Set<List<String>> orders = new HashSet<>();
        for (long step = 0; step < 20; step++) { // two batches of three: a round
            List<String> round = new ArrayList<>();
            plan.step(step).forEach(batch -> round.addAll(names(batch)));
            assertThat(round).doesNotHaveDuplicates().hasSize(6);
            orders.add(round);
        }
        assertThat(orders).hasSizeGreaterThan(15);
    }

    @Test
    void aStepDoesNotDependOnThoseBefore() {
        Framing framing = new Framing(64, Crop.RANDOM, true, new Buckets(8, 32, 128));
        Setting setting = new Setting(true, 2, 2, 7, new Captions(true, 0.3, true), framing);
        List<Subject> subjects = List.of(subject("s", 5, 1));
        SubjectPlan whole = new SubjectPlan(subjects, subject("c", 3, 1), setting);
        List<List<List<TrainingImage>>> steps = new ArrayList<>();
        for (long step = 0; step < 30; step++) {
            steps.add(whole.step(step));
        }
        for (int step = 29; step >= 0; step--) {
            assertThat(new SubjectPlan(subjects, subject("c", 3, 1), setting).step(step))
                    .isEqualTo(steps.get(step));
        }
        Set<Long> variations = new HashSet<>();
        steps.forEach(step -> step.forEach(batch -> batch.forEach(shot -> variations.add(shot.variation()))));
        assertThat(variations).hasSize(30 * 2 * 4);
    }

    @Test
    void aBatchHasOneSize() {
        Framing framing = new Framing(64, Crop.CENTER, false, new Buckets(8, 32, 128));
        SubjectPlan plan = new SubjectPlan(List.of(subject("s", 5, 1)), subject("c", 3, 1), setting(true, 2, framing));
        Set<ImageSize> sizes = new HashSet<>();
        Set<String> seen = new HashSet<>();
        for (long step = 0; step < 30; step++) {
            for (List<TrainingImage> batch : plan.step(step)) {
                assertThat(batch.stream().map(TrainingImage::size).distinct()).hasSize(1);
                assertThat(batch).hasSize(4);
                sizes.add(batch.get(0).size());
                seen.addAll(names(batch));
            }
        }
        assertThat(sizes).hasSize(2);
        assertThat(seen).hasSize(8);
    }

    @Test
    void captionsAreShuffledAndDropped() {
        Setting setting = new Setting(false, 5, 1, 7, new Captions(true, 0.25, true), SQUARE);
        SubjectPlan plan = new SubjectPlan(List.of(subject("s", 5, 1)), subject("c", 3, 1), setting);
        Set<String> words = new HashSet<>();
        int dropped = 0;
        for (long step = 0; step < 200; step++) {
            List<TrainingImage> batch = plan.step(step).get(0);
            assertThat(batch.get(0).prompt()).isEqualTo("a photo of s"); // has no caption
            assertThat(batch.get(6).prompt()).isEqualTo("a photo of c");
            words.add(batch.get(1).prompt());
            dropped += batch.get(1).prompt().isEmpty() ? 1 : 0;
        }
        assertThat(dropped).isBetween(25, 75);
        assertThat(words).hasSize(7).contains("", "1, s, tag", "tag, s, 1");
    }
}
