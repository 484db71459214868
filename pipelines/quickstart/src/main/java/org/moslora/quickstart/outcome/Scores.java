package org.moslora.quickstart.outcome;

import java.util.List;

/** Scores in a set of questions, by type; none is empty. */
public record Scores(List<TopicScore> topics) {
    public Scores {
        topics = List.copyOf(topics);
    }

    /** All types together, where the constant answer is each type's own best. */
    public TopicScore all() {
        return new TopicScore(
                "all",
                topics.stream().mapToInt(TopicScore::asked).sum(),
                "each type's own",
                topics.stream().mapToInt(TopicScore::constantRight).sum(),
                topics.stream().mapToInt(TopicScore::before).sum(),
                topics.stream().mapToInt(TopicScore::after).sum());
    }
}
