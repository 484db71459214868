package org.moslora.datasets.miniature.language;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.moslora.datasets.miniature.world.Scene;

/** Several questions about one scene, of different topics, none of which gives away the answer to a later one. */
public final class Conversations {
    private static final Set<String> IDLE = Set.of("yes", "no", "the", "at", "in", "on", Questions.NOTHING);

    private static final double LATER = 0.6;

    private Conversations() {}

    /**
     * Asks about a scene.
     *
     * @param first what is asked first
     * @param topics what may be asked after that
     * @param most how many turns at most
     * @return the turns; none if the scene cannot be asked about the first topic
     */
    public static List<SceneQuestion> about(
            Scene scene, Topic first, List<Topic> topics, int most, SplittableRandom random) {
        Questions questions = new Questions(scene, random);
        List<SceneQuestion> turns = new ArrayList<>();
        Set<String> said = new TreeSet<>();
        for (Topic topic : order(first, topics, random)) {
            SceneQuestion asked = turns.size() < most ? questions.ask(topic) : null;
            if (asked != null && words(asked.answer()).stream().noneMatch(said::contains)) {
                turns.add(asked);
                said.addAll(words(asked.question()));
                said.addAll(words(asked.answer()));
            }
            if (turns.isEmpty() || first.standsAlone()) {
                break;
            }
        }
        return turns;
    }

    private static List<Topic> order(Topic first, List<Topic> topics, SplittableRandom random) {
        Map<Double, Topic> order = new TreeMap<>();
        for (Topic topic : topics) {
            if (topic != first && !topic.standsAlone()) {
                order.put(random.nextDouble() + (topic.isAlwaysAskable() ? LATER : 0), topic);
            }
        }
        List<Topic> all = new ArrayList<>(List.of(first));
        all.addAll(order.values());
        return all;
    }

    /** The words of a text that could be an answer. */
    private static Set<String> words(String text) {
        Set<String> words = new TreeSet<>();
        for (String word : text.toLowerCase(Locale.ROOT).split("[^a-z]+")) {
            if (!IDLE.contains(word)) {
                words.add(word);
            }
        }
        return words;
    }
}
