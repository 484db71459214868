package org.moslora.diffusion;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.Linears;
import org.moslora.layers.LowRank;
import org.moslora.layers.Site;

/** Puts adapters of rank 2 with {@link Formula}'s entries on linears and convolutions, and gathers their gradients. */
public final class Adapted implements Linears {
    private static final long RANK = 2;

    private final Arena arena;
    private final Compute compute;
    private final Predicate<String> trained;
    private final double dropout;
    private final SortedMap<String, LowRank> pairs = new TreeMap<>();
    private final SortedMap<String, LowRank> gradients = new TreeMap<>();

    /** @param trained which of them learn; the others are used only */
    public Adapted(Arena arena, Compute compute, Predicate<String> trained, double dropout) {
        this.arena = arena;
        this.compute = compute;
        this.trained = trained;
        this.dropout = dropout;
    }

    @Override
    public void made(Linear linear) {
        Site site = linear.site();
        String path = site.path();
        NDArray down = factor(path + ".down", RANK, site.inputs(), 1 / Math.sqrt((double) site.inputs()));
        NDArray up = factor(path + ".up", site.outputs(), RANK, 0.3);
        LowRank pair = new LowRank(down, up);
        pairs.put(path, pair);
        if (trained.test(path)) {
            LowRank gradient = new LowRank(arena.zeros(RANK, site.inputs()), arena.zeros(site.outputs(), RANK));
            gradients.put(path, gradient);
            linear.adapt(pair, gradient, dropout);
        } else {
            linear.adapt(pair);
        }
    }

    private NDArray factor(String name, long rows, long columns, double scale) {
        NDArray wide = arena.floats(Formula.values(name, rows * columns, scale), rows, columns);
        int format = compute.precision().scalarType();
        return Kernels.get().one(arena, "converted", wide, format, compute.deviceName());
    }

    /** The pairs by path. */
    public SortedMap<String, LowRank> pairs() {
        return pairs;
    }

    /** The gradients by path. */
    public SortedMap<String, LowRank> gradients() {
        return gradients;
    }

    /** Zeroes all gradients. */
    public void zero() {
        List<NDArray> all = new ArrayList<>();
        gradients.values().forEach(pair -> all.addAll(List.of(pair.down(), pair.up())));
        Kernels.get().call(arena, "zero", all);
    }

    /**
     * The gradients in short: for each path, in order, what the two factors' have in common with a tensor of the
     * formula (their dot product), and their norms.
     */
    public float[] probes() {
        float[] probes = new float[4 * gradients.size()];
        int at = 0;
        for (String path : gradients.keySet()) {
            float[] down = gradients.get(path).down().toFloatArray();
            float[] up = gradients.get(path).up().toFloatArray();
            probes[at++] = (float) dot(down, Formula.values(path + ".down.probe", down.length, 1));
            probes[at++] = (float) dot(up, Formula.values(path + ".up.probe", up.length, 1));
            probes[at++] = (float) Math.sqrt(dot(down, down));
            probes[at++] = (float) Math.sqrt(dot(up, up));
        }
        return probes;
    }

    /** Σ aᵢ·bᵢ */
    public static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
