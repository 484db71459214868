package org.moslora.spark;

import java.util.ArrayList;
import java.util.List;
import org.moslora.app.SharedWork;
import org.moslora.tuning.ScoredRow;

/** Scores a pass of an evaluation, on an executor. */
final class ScoreTask implements ElementTask<Integer, List<ScoredRow>> {
    private static final long serialVersionUID = 1;

    private final List<String> words;

    ScoreTask(List<String> words) {
        this.words = new ArrayList<>(words);
    }

    @Override
    public List<ScoredRow> of(Integer pass) {
        SharedWork.Scoring scoring =
                Executor.kept(words.toString(), SharedWork.Scoring.class, () -> SharedWork.scoring(words));
        return new ArrayList<>(scoring.session().scored(pass));
    }
}
