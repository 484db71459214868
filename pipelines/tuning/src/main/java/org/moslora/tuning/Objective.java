package org.moslora.tuning;

import java.util.List;
import java.util.Map;
import org.moslora.examples.Batch;
import org.moslora.layers.Arena;
import org.moslora.llama.Pass;
import org.moslora.training.team.Team;

/** What a run learns by. */
interface Objective {
    /** How many these are of what a step's loss is a mean over. */
    long units(List<Batch> batches);

    /**
     * Adds the gradients of a micro-batch.
     *
     * @param units of the whole step
     * @return its part of the step's loss
     */
    double learn(Batch batch, long units, long seed);

    /** The loss on rows that nothing is learnt from; the adapters are made for that already. */
    double loss();

    /** What a step's line says besides, of the step that the team has just learnt; forgotten then. */
    default Map<String, Double> figures(Team team) {
        return Map.of();
    }

    /** That of a run: answers themselves, or which of two is the better. */
    static Objective of(TrainingSetup setup) {
        PreferenceBlock preference = setup.recipe.preference();
        return preference == null ? new Answering(setup) : new PreferenceObjective(setup, preference);
    }

    /** Learns the tokens of answers: a mean over the supervised tokens of a step. */
    record Answering(TrainingSetup setup) implements Objective {
        @Override
        public long units(List<Batch> batches) {
            return batches.stream().mapToLong(Batch::supervised).sum();
        }

        @Override
        public double learn(Batch batch, long units, long seed) {
            if (batch.supervised() == 0) {
                return 0;
            }
            try (Arena arena = setup.model.step()) {
                Pass pass = setup.model.forward(
                        arena, batch, setup.recipe.training().kept(), seed);
                double sum = 0;
                for (float loss : setup.model.backward(arena, pass, 1.0 / units)) {
                    sum += loss;
                }
                return sum / units;
            }
        }

        @Override
        public double loss() {
            double sum = 0;
            long tokens = 0;
            for (Losses.Score score : Losses.of(setup, setup.data.heldBack())) {
                sum += score.sum();
                tokens += score.tokens();
            }
            return sum / Math.max(1, tokens);
        }
    }
}
