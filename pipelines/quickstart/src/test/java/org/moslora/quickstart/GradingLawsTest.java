package org.moslora.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.moslora.quickstart.outcome.AnsweredQuestion;
import org.moslora.quickstart.outcome.Scores;
import org.moslora.quickstart.outcome.TopicScore;

/** What holds of grades whatever was answered: sums, orders that do not matter, examples that are of use. */
class GradingLawsTest {
    private static final List<String> TOPICS = List.of("count", "colour", "at");
    private static final List<String> ANSWERS = List.of("one", "two", "red", "cat");
    private static final Path IMAGES = Path.of("images");

    private static Grading grading(List<Integer> order) {
        List<GradedTurn> before = new ArrayList<>();
        List<GradedTurn> after = new ArrayList<>();
        for (int i : order) {
            Random random = new Random(i);
            String topic = TOPICS.get(random.nextInt(TOPICS.size()));
            String expected = ANSWERS.get(random.nextInt(ANSWERS.size()));
            before.add(turn(i, topic, expected, ANSWERS.get(random.nextInt(ANSWERS.size()))));
            after.add(turn(i, topic, expected, random.nextInt(3) > 0 ? expected : "cup"));
        }
        return new Grading(before, after);
    }

    private static GradedTurn turn(int i, String topic, String expected, String given) {
        return new GradedTurn(i + ".png", topic, "question " + i, expected, given, given.equals(expected));
    }

    private static List<Integer> upTo(int count) {
        return new ArrayList<>(IntStream.range(0, count).boxed().toList());
    }

    @Test
    void theOrderOfQuestionsDoesNotMatter() {
        List<Integer> order = upTo(200);
        Scores scores = grading(order).scores();
        Collections.shuffle(order, new Random(1));
        assertThat(grading(order).scores()).isEqualTo(scores);
    }

    @Test
    void everyQuestionCountsOnceAndNoneMoreThanOnce() {
        Grading grading = grading(upTo(300));
        Scores scores = grading.scores();
        assertThat(scores.topics().stream().mapToInt(TopicScore::asked).sum()).isEqualTo(300);
        assertThat(scores.all().before()).isEqualTo((int)
                grading.before().stream().filter(GradedTurn::right).count());
        assertThat(scores.all().after()).isEqualTo((int)
                grading.after().stream().filter(GradedTurn::right).count());
    }

    /** No answer is given always that would have done better, and of two that do as well the first by alphabet. */
    @Test
    void theBestConstantIsTheBest() {
        Grading grading = grading(upTo(300));
        for (TopicScore topic : grading.scores().topics()) {
            for (String answer : ANSWERS) {
                int right = (int) grading.before().stream()
                        .filter(turn -> turn.topic().equals(topic.topic())
                                && turn.expected().equals(answer))
                        .count();
                assertThat(right).isLessThanOrEqualTo(topic.constantRight());
                assertThat(answer.equals(topic.constant())).isIn(false, right == topic.constantRight());
            }
        }
        Grading tie = new Grading(
                List.of(turn(0, "at", "two", ""), turn(1, "at", "one", "")),
                List.of(turn(0, "at", "two", ""), turn(1, "at", "one", "")));
        assertThat(tie.scores().topics().get(0).constant()).isEqualTo("one");
    }

    @Test
    void examplesAreSomeOfEveryTypeAndNoneTwice() {
        Grading grading = grading(upTo(100));
        List<AnsweredQuestion> examples = grading.examples(IMAGES, 3);
        assertThat(examples).hasSize(9).doesNotHaveDuplicates();
        assertThat(new HashSet<>(examples))
                .allMatch(example -> example.picture().startsWith(IMAGES));
        assertThat(examples)
                .allMatch(example -> example.isRight(example.after()) && !example.isRight(example.before()));
        assertThat(grading(upTo(2)).examples(IMAGES, 3)).hasSize(2);
    }

    @Test
    void blanksAroundAnAnswerAreNoMistakeAndCapitalsAre() {
        AnsweredQuestion asked = new AnsweredQuestion(IMAGES, "?", "two", " two\n", "Two");
        assertThat(asked.isRight(asked.before())).isTrue();
        assertThat(asked.isRight(asked.after())).isFalse();
    }

    @Test
    void workBesideIsWaitedForAlsoWhereItFailsOrIsNotAskedFor() {
        CountDownLatch ended = new CountDownLatch(1);
        BackgroundTask quiet = BackgroundTask.start(() -> {
            ended.countDown();
            throw new IllegalStateException("broke");
        });
        quiet.close();
        assertThat(ended.getCount()).isZero();
        assertThatThrownBy(quiet::await).hasMessageContaining("broke");
    }
}
