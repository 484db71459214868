package org.moslora.tuning;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A conversation with its score.
 *
 * @param id the conversation's
 * @param sum of the negative log-likelihoods of its supervised tokens
 * @param tokens how many these are
 * @param answered what was answered; null where nothing was asked
 */
public record ScoredRow(
        String id, double sum, int tokens, @Nullable Answered answered) implements Serializable {
    private static final long serialVersionUID = 1;

    /**
     * Answers, one a turn.
     *
     * @param answers what was said
     * @param expected what the data say
     * @param correct whether that is the same
     */
    public record Answered(List<String> answers, List<String> expected, List<Boolean> correct) implements Serializable {
        private static final long serialVersionUID = 1;

        public Answered {
            answers = List.copyOf(answers);
            expected = List.copyOf(expected);
            correct = List.copyOf(correct);
        }
    }

    static ScoredRow of(Losses.Score score) {
        return new ScoredRow(score.id(), score.sum(), score.tokens(), null);
    }

    ScoredRow with(Answered answers) {
        return new ScoredRow(id, sum, tokens, answers);
    }

    long asked() {
        return answered == null ? 0 : answered.correct().size();
    }

    long right() {
        return answered == null
                ? 0
                : answered.correct().stream().filter(correct -> correct).count();
    }

    /** Its line in the file of scores. */
    JsonObject json() {
        JsonObject line = new JsonObject();
        line.addProperty("id", id);
        line.addProperty("loss", new Losses.Score(id, sum, tokens).mean());
        line.addProperty("tokens", tokens);
        if (answered != null) {
            line.add("answers", array(answered.answers()));
            line.add("expected", array(answered.expected()));
            JsonArray correct = new JsonArray();
            answered.correct().forEach(correct::add);
            line.add("correct", correct);
        }
        return line;
    }

    private static JsonArray array(List<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }
}
