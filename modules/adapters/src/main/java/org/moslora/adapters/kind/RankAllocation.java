package org.moslora.adapters.kind;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.moslora.adapters.form.TensorRole;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;

/**
 * What all AdaLoRA layers of a component share (arXiv:2303.10512, sections 3.2 and 3.3), as PEFT computes it: the
 * penalty on factors that are not orthogonal, and the budget of ranks. How much a triplet (row of A, entry of E, column
 * of B) counts is the smoothed importance |p·∂p| of its entries times the smoothed uncertainty of that.
 */
public final class RankAllocation {
    private static final List<TensorRole> ROLES = List.of(TensorRole.DOWN, TensorRole.DIAGONAL, TensorRole.UP);

    private final String component;
    private final AdaLoraSettings settings;
    private final int steps;
    private final int layers;
    private final List<Share> shares = new ArrayList<>();

    /**
     * The triplets of one group.
     *
     * @param importance smoothed, of A, E and B
     * @param uncertainty likewise
     * @param kept [layers, r]: 1 for a triplet that has its rank, 0 for one that was cut
     */
    private record Share(
            AdapterGroup group,
            List<Parameter> parameters,
            List<NDArray> importance,
            List<NDArray> uncertainty,
            NDArray kept) {}

    /**
     * Over groups of one component.
     *
     * @param steps of the run
     * @param arena owns what is remembered from step to step
     */
    public RankAllocation(String component, List<AdapterGroup> groups, int steps, Arena arena) {
        this.component = component;
        this.settings = groups.get(0).spec().settings().adalora();
        this.steps = steps;
        this.layers = groups.stream().mapToInt(group -> group.linears().size()).sum();
        for (AdapterGroup group : groups) {
            List<Parameter> parameters = ROLES.stream().map(group::parameter).toList();
            NDArray kept = arena.zeros(group.linears().size(), settings.initialRank());
            Kernels.get().call(arena, "filled", kept, 1.0);
            shares.add(new Share(group, parameters, zeros(arena, parameters), zeros(arena, parameters), kept));
        }
    }

    private static List<NDArray> zeros(Arena arena, List<Parameter> parameters) {
        return parameters.stream()
                .map(parameter -> arena.zeros(parameter.value().getShape().getShape()))
                .toList();
    }

    /** Adds the gradient of the penalty, weight · mean ‖A·Aᵀ − I‖, ‖Bᵀ·B − I‖ over all A and B; returns it. */
    public double penalise(Arena arena) {
        double weight = settings.orthogonality() / (2.0 * layers);
        if (weight == 0) {
            return 0;
        }
        double sum = 0;
        for (Share share : shares) {
            for (Parameter factor :
                    List.of(share.parameters().get(0), share.parameters().get(2))) {
                boolean columns = factor.role() == TensorRole.UP;
                sum += Kernels.get()
                        .one(arena, "orthogonality", factor.value(), factor.gradient(), weight, columns)
                        .getFloat();
            }
        }
        return weight * sum;
    }

    /**
     * Takes a step's importance in and deals the ranks out where it is time; after the update, with the clipped gradient
     * still there.
     *
     * @param step from 0
     */
    public void updated(Arena arena, int step) {
        int last = steps - settings.finalSteps();
        if (step > last) {
            shares.forEach(share -> Kernels.get().call(arena, "cut", diagonal(share), share.kept()));
            return;
        }
        if (step < last) {
            shares.forEach(share -> observe(arena, share));
        }
        boolean due = step > settings.warmupSteps() && step % settings.interval() == 0;
        int cut = settings.initialRank() * layers - settings.budget(step, steps, layers);
        if ((due || step == last) && cut > 0) {
            deal(arena, cut);
        }
        if (step == last) {
            shares.forEach(share -> {
                Kernels.get().call(arena, "zero", share.importance());
                Kernels.get().call(arena, "zero", share.uncertainty());
            });
        }
    }

    private void observe(Arena arena, Share share) {
        for (int i = 0; i < ROLES.size(); i++) {
            Parameter parameter = share.parameters().get(i);
            Kernels.get()
                    .call(
                            arena,
                            "importance",
                            parameter.value(),
                            parameter.gradient(),
                            share.importance().get(i),
                            share.uncertainty().get(i),
                            settings.beta1(),
                            settings.beta2());
        }
    }

    /** Cuts the triplets that count least, ties included. */
    private void deal(Arena arena, int cut) {
        List<NDArray> scores = shares.stream()
                .map(share -> Kernels.get().one(arena, "triplet_scores", share.importance(), share.uncertainty()))
                .toList();
        NDArray threshold = Kernels.get().one(arena, "smallest", scores, cut);
        for (int i = 0; i < shares.size(); i++) {
            Share share = shares.get(i);
            Kernels.get().call(arena, "above", scores.get(i), threshold, share.kept());
            Kernels.get().call(arena, "cut", diagonal(share), share.kept());
        }
    }

    private static NDArray diagonal(Share share) {
        return share.parameters().get(1).value();
    }

    /** How many steps the budget is spread over. */
    public int steps() {
        return steps;
    }

    /** What a checkpoint must hold, by name. */
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        for (int i = 0; i < shares.size(); i++) {
            Share share = shares.get(i);
            String name = component + ".allocation." + i + ".";
            state.put(name + "kept", share.kept());
            for (int j = 0; j < ROLES.size(); j++) {
                String role = ROLES.get(j).label();
                state.put(name + "importance." + role, share.importance().get(j));
                state.put(name + "uncertainty." + role, share.uncertainty().get(j));
            }
        }
        return state;
    }

    /** Which triplets of each layer have their rank, by path; empty as long as all have. */
    public Map<String, boolean[]> ranks() {
        Map<String, boolean[]> ranks = new LinkedHashMap<>();
        boolean whole = true;
        for (Share share : shares) {
            float[] kept = share.kept().toFloatArray();
            int rank = settings.initialRank();
            for (int layer = 0; layer < share.group().linears().size(); layer++) {
                boolean[] own = new boolean[rank];
                for (int i = 0; i < rank; i++) {
                    own[i] = kept[layer * rank + i] != 0;
                    whole &= own[i];
                }
                ranks.put(share.group().linears().get(layer).site().path(), own);
            }
        }
        return whole ? Map.of() : ranks;
    }
}
