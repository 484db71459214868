package org.moslora.generation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.moslora.examples.image.PictureInput;

/**
 * Writes the answer that is likeliest as a whole, as far as a few beams can see: at every step the likeliest
 * continuations of all of them go on. Ends, and weighs finished answers by their mean log-likelihood a token, as
 * transformers' beam search does with its defaults (length_penalty 1, early_stopping false).
 */
public final class BeamSearch {
    private final Decoder decoder;
    private final int stopId;
    private final int beams;
    private final int maxTokens;

    /**
     * A search over a decoder.
     *
     * @param stopId the token that ends an answer
     * @param beams how many answers are followed at a time, at least 1
     * @param maxTokens of an answer, its end included
     */
    public BeamSearch(Decoder decoder, int stopId, int beams, int maxTokens) {
        this.decoder = decoder;
        this.stopId = stopId;
        this.beams = beams;
        this.maxTokens = maxTokens;
    }

    /** An answer so far, and the sum of its tokens' log-likelihoods. */
    @SuppressWarnings("ArrayRecordComponent") // a path through the tree, never compared
    private record Beam(int[] ids, double sum) {}

    /** One token more on one of the beams. */
    private record Step(int beam, int token, double sum) {}

    /**
     * Answers a prompt.
     *
     * @param prompt ids up to where the answer starts
     * @param pictures of the prompt's image tokens
     * @return the answer's ids without the stop token
     */
    public int[] answer(int[] prompt, List<PictureInput> pictures) {
        List<Beam> running = List.of(new Beam(new int[0], 0));
        List<Beam> finished = new ArrayList<>();
        try (Decoder.Branches branches = decoder.branches(prompt.length + maxTokens)) {
            float[] logits = branches.begin(prompt, pictures);
            for (int length = 1; ; length++) {
                List<Step> likeliest = likeliest(running, logits);
                boolean full = length == maxTokens;
                finish(finished, running, likeliest, full);
                List<Step> going = likeliest.stream()
                        .filter(step -> step.token() != stopId)
                        .limit(beams)
                        .toList();
                if (full || !canImprove(finished, going, length)) {
                    break;
                }
                running = grown(running, going);
                logits = branches.grow(
                        going.stream().mapToInt(Step::beam).toArray(),
                        going.stream().mapToInt(Step::token).toArray());
            }
        }
        return finished.get(0).ids();
    }

    /** The likeliest continuations, best first: twice as many as beams, since one of each may end. */
    private List<Step> likeliest(List<Beam> running, float[] logits) {
        int vocabulary = logits.length / running.size();
        List<Step> all = new ArrayList<>();
        for (int beam = 0; beam < running.size(); beam++) {
            int from = beam * vocabulary;
            double norm = logSumExp(logits, from, from + vocabulary);
            if (!Double.isFinite(norm)) {
                throw Sampling.notFinite();
            }
            for (int token : largest(logits, from, vocabulary)) {
                all.add(new Step(beam, token, running.get(beam).sum() + logits[from + token] - norm));
            }
        }
        return all.stream()
                .sorted(Comparator.comparingDouble(Step::sum).reversed())
                .limit(2L * beams)
                .toList();
    }

    /** The tokens of the largest logits of one beam, as many as can be among the likeliest of all. */
    private int[] largest(float[] logits, int from, int vocabulary) {
        int count = Math.min(2 * beams, vocabulary);
        int[] best = new int[count];
        int known = 0;
        for (int token = 0; token < vocabulary; token++) {
            int place = known;
            while (place > 0 && logits[from + token] > logits[from + best[place - 1]]) {
                place--;
            }
            if (place < count) {
                int moved = Math.min(known, count - 1) - place;
                System.arraycopy(best, place, best, place + 1, moved);
                best[place] = token;
                known = Math.min(known + 1, count);
            }
        }
        return best;
    }

    private static double logSumExp(float[] logits, int from, int to) {
        double top = Double.NEGATIVE_INFINITY;
        for (int i = from; i < to; i++) {
            top = Math.max(top, logits[i]);
        }
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += Math.exp(logits[i] - top);
        }
        return top + Math.log(sum);
    }

    /** Adds the answers that end here: those among the likeliest as many as there are beams, best first, no more kept. */
    private void finish(List<Beam> finished, List<Beam> running, List<Step> likeliest, boolean full) {
        for (Step step : likeliest.subList(0, Math.min(beams, likeliest.size()))) {
            if (step.token() == stopId || full) {
                int[] before = running.get(step.beam()).ids();
                int[] ids = step.token() == stopId ? before : with(before, step.token());
                finished.add(new Beam(ids, step.sum() / (before.length + 1)));
            }
        }
        finished.sort(Comparator.comparingDouble(Beam::sum).reversed());
        while (finished.size() > beams) {
            finished.remove(finished.size() - 1);
        }
    }

    /** Whether the best beam, were it to end now, would still be among the best answers. */
    private boolean canImprove(List<Beam> finished, List<Step> going, int length) {
        return finished.size() < beams
                || going.get(0).sum() / length
                        > finished.get(finished.size() - 1).sum();
    }

    private static List<Beam> grown(List<Beam> running, List<Step> going) {
        return going.stream()
                .map(step -> new Beam(with(running.get(step.beam()).ids(), step.token()), step.sum()))
                .toList();
    }

    private static int[] with(int[] ids, int token) {
        int[] longer = Arrays.copyOf(ids, ids.length + 1);
        longer[ids.length] = token;
        return longer;
    }
}
