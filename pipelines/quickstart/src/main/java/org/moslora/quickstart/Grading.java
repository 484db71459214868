package org.moslora.quickstart;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.moslora.quickstart.outcome.AnsweredQuestion;
import org.moslora.quickstart.outcome.Scores;
import org.moslora.quickstart.outcome.TopicScore;

/**
 * The same questions answered twice.
 *
 * @param before by the base
 * @param after by the tuned model, in the same order
 */
record Grading(List<GradedTurn> before, List<GradedTurn> after) {
    /** Scores by type of question, by their names. */
    Scores scores() {
        Map<String, List<Integer>> places = new TreeMap<>();
        for (int i = 0; i < before.size(); i++) {
            places.computeIfAbsent(before.get(i).topic(), any -> new ArrayList<>())
                    .add(i);
        }
        return new Scores(places.entrySet().stream()
                .map(topic -> score(topic.getKey(), topic.getValue()))
                .toList());
    }

    private TopicScore score(String topic, List<Integer> places) {
        Map<String, Integer> answers = new TreeMap<>();
        places.forEach(i -> answers.merge(before.get(i).expected(), 1, Integer::sum));
        Map.Entry<String, Integer> best =
                answers.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow();
        return new TopicScore(
                topic, places.size(), best.getKey(), best.getValue(), right(before, places), right(after, places));
    }

    private static int right(List<GradedTurn> turns, List<Integer> places) {
        return (int) places.stream().filter(i -> turns.get(i).right()).count();
    }

    /**
     * Examples of every type: first those that show what was learnt, and where nothing else is left those that show what
     * was not.
     *
     * @param images the folder of the pictures
     * @param each how many of a type at most
     */
    List<AnsweredQuestion> examples(Path images, int each) {
        Map<String, List<Integer>> chosen = new TreeMap<>();
        IntStream.range(0, before.size())
                .boxed()
                .sorted(Comparator.comparingInt(this::interest))
                .forEach(i -> {
                    List<Integer> places = chosen.computeIfAbsent(before.get(i).topic(), any -> new ArrayList<>());
                    if (places.size() < each) {
                        places.add(i);
                    }
                });
        return chosen.values().stream()
                .flatMap(List::stream)
                .map(i -> new AnsweredQuestion(
                        images.resolve(before.get(i).picture()),
                        before.get(i).question(),
                        before.get(i).expected(),
                        before.get(i).given(),
                        after.get(i).given()))
                .toList();
    }

    /** 0 for what was wrong and is right; then what is still wrong, and last what was right already. */
    private int interest(int i) {
        return before.get(i).right() ? 2 : after.get(i).right() ? 0 : 1;
    }
}
