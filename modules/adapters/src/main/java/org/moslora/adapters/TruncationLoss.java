package org.moslora.adapters;

import java.util.Comparator;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Locale;

/**
 * What was lost when changes of weights were cut down to low-rank pairs.
 *
 * @param layers of each layer
 */
public record TruncationLoss(List<Layer> layers) {
    /** Copies the list. */
    public TruncationLoss {
        layers = List.copyOf(layers);
    }

    /**
     * One layer.
     *
     * @param rank what is left
     * @param dropped squared Frobenius norm of what is not in the pair
     * @param total that of the whole change
     */
    public record Layer(String path, int rank, double dropped, double total) {
        /** ‖ΔW − pair‖/‖ΔW‖. */
        public double relative() {
            return total == 0 ? 0 : Math.sqrt(dropped / total);
        }
    }

    /** ‖ΔW − pair‖/‖ΔW‖ over all layers together. */
    public double relative() {
        double total = layers.stream().mapToDouble(Layer::total).sum();
        double dropped = layers.stream().mapToDouble(Layer::dropped).sum();
        return total == 0 ? 0 : Math.sqrt(dropped / total);
    }

    /** In a line or two, for people. */
    public List<String> described() {
        IntSummaryStatistics ranks = layers.stream().mapToInt(Layer::rank).summaryStatistics();
        String rank = ranks.getMin() == ranks.getMax() ? "" + ranks.getMax() : ranks.getMin() + " to " + ranks.getMax();
        Layer worst =
                layers.stream().max(Comparator.comparingDouble(Layer::relative)).orElseThrow();
        return List.of(
                String.format(
                        Locale.ROOT,
                        "cut to rank %s: %.3g of the change is lost (Frobenius norm), %.4f %% of its energy kept",
                        rank,
                        relative(),
                        100 * (1 - relative() * relative())),
                String.format(Locale.ROOT, "most in %s: %.3g", worst.path(), worst.relative()));
    }
}
