package org.moslora.tuning;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.moslora.examples.Batch;
import org.moslora.examples.text.Conversation;
import org.moslora.examples.text.ShownPicture;
import org.moslora.layers.Arena;
import org.moslora.llama.Pass;
import org.moslora.training.team.Team;

/**
 * Direct preference optimisation (Rafailov et al. 2023, arXiv:2305.18290) on batches in which each conversation with the
 * better answer is followed by the one with the other. What the two are compared with is the model itself with all that is
 * trained left out, so no second one is held; it is asked once about each conversation, alone, so that a run that is
 * resumed computes the same.
 */
final class PreferenceObjective implements Objective {
    /** Differences below this are rounding: a model that has learnt nothing yet prefers nothing. */
    private static final double NOTHING = 1e-5;

    private final TrainingSetup setup;
    private final PreferenceBlock block;
    private final Map<Asked, Double> reference = new HashMap<>();
    private double chosenReward;
    private double rejectedReward;
    private int won;
    private int judged;

    /** A conversation by its content: ids of rows need not be unique. */
    private record Asked(IntBuffer ids, List<ShownPicture> pictures) {}

    PreferenceObjective(TrainingSetup setup, PreferenceBlock block) {
        this.setup = setup;
        this.block = block;
    }

    @Override
    public long units(List<Batch> batches) {
        return batches.stream().mapToLong(batch -> batch.lengths().length / 2).sum();
    }

    @Override
    public double learn(Batch batch, long units, long seed) {
        double[] before = reference(batch);
        try (Arena arena = setup.model.step()) {
            Pass pass =
                    setup.model.forward(arena, batch, setup.recipe.training().kept(), seed);
            int[] tokens = tokens(batch);
            double[] likely = likelihoods(setup.model.losses(arena, pass), tokens);
            float[] weights = new float[Arrays.stream(tokens).sum()];
            double sum = 0;
            int at = 0;
            for (int i = 0; i < tokens.length; i += 2) {
                double chosen = likely[i] - before[i];
                double rejected = likely[i + 1] - before[i + 1];
                PreferenceBlock.Verdict verdict = block.judge(chosen, rejected);
                note(chosen, rejected);
                sum += verdict.loss();
                // Losses are negative log-likelihoods, and the margin falls with the rejected answer's.
                float weight = (float) (verdict.slope() / units);
                Arrays.fill(weights, at, at + tokens[i], -weight);
                Arrays.fill(weights, at + tokens[i], at + tokens[i] + tokens[i + 1], weight);
                at += tokens[i] + tokens[i + 1];
            }
            setup.model.backward(arena, pass, weights);
            return sum / units;
        }
    }

    private void note(double chosen, double rejected) {
        chosenReward += block.beta() * chosen;
        rejectedReward += block.beta() * rejected;
        won += chosen - rejected > NOTHING ? 1 : 0;
        judged++;
    }

    @Override
    public Map<String, Double> figures(Team team) {
        Map<String, Double> figures = new LinkedHashMap<>();
        long count = Math.max(1, team.sum((long) judged));
        double chosen = team.sum(chosenReward);
        double rejected = team.sum(rejectedReward);
        figures.put("reward_chosen", chosen / count);
        figures.put("reward_rejected", rejected / count);
        figures.put("reward_accuracy", (double) team.sum((long) won) / count);
        figures.put("reward_margin", (chosen - rejected) / count);
        chosenReward = 0;
        rejectedReward = 0;
        won = 0;
        judged = 0;
        return figures;
    }

    /** Log-likelihoods of the conversations' answers for the base; those not known yet are computed, one by one. */
    private double[] reference(Batch batch) {
        int count = batch.lengths().length;
        List<Integer> unknown = new ArrayList<>();
        List<Asked> asked = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Batch one = batch.part(i, i + 1);
            asked.add(new Asked(IntBuffer.wrap(one.ids()), one.images()));
            if (!reference.containsKey(asked.get(i))) {
                unknown.add(i);
            }
        }
        if (!unknown.isEmpty()) {
            Runnable back = setup.adapters.suspend();
            try {
                unknown.forEach(i -> reference.put(asked.get(i), look(batch.part(i, i + 1))));
            } finally {
                back.run();
            }
        }
        return asked.stream()
                .mapToDouble(one -> reference.getOrDefault(one, 0.0))
                .toArray();
    }

    private double look(Batch one) {
        try (Arena arena = setup.model.step()) {
            double sum = 0;
            for (float loss : setup.model.losses(arena, setup.model.look(arena, one))) {
                sum += loss;
            }
            return -sum;
        }
    }

    private static int[] tokens(Batch batch) {
        int[] tokens = new int[batch.lengths().length];
        Arrays.setAll(tokens, batch::supervised);
        return tokens;
    }

    private static double[] likelihoods(float[] losses, int[] tokens) {
        double[] sums = new double[tokens.length];
        int at = 0;
        for (int i = 0; i < tokens.length; i++) {
            for (int j = 0; j < tokens[i]; j++) {
                sums[i] -= losses[at++];
            }
        }
        return sums;
    }

    @Override
    public double loss() {
        List<Conversation> chosen = setup.data.heldBack();
        List<Conversation> both = new ArrayList<>(chosen);
        chosen.forEach(row -> both.add(setup.data.rejected(row)));
        List<Losses.Score> now = Losses.of(setup, both);
        Runnable back = setup.adapters.suspend();
        List<Losses.Score> before;
        try {
            before = Losses.of(setup, both);
        } finally {
            back.run();
        }
        double sum = 0;
        int count = chosen.size();
        for (int i = 0; i < count; i++) {
            double better = before.get(i).sum() - now.get(i).sum();
            double worse = before.get(count + i).sum() - now.get(count + i).sum();
            sum += block.judge(better, worse).loss();
        }
        return sum / Math.max(1, count);
    }
}
