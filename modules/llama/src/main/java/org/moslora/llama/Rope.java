package org.moslora.llama;

import java.util.List;

/**
 * How rotary positions turn (RoFormer, Su et al. 2021, arXiv:2104.09864).
 *
 * @param kind {@code default}, {@code linear} or {@code llama3}
 * @param theta base of the wavelengths
 * @param settings linear: factor; llama3: factor, low and high frequency factors, original length
 */
public record Rope(String kind, double theta, List<Double> settings) {
    double[] array() {
        return settings.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
