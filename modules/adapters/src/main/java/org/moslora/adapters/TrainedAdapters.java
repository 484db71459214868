package org.moslora.adapters;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.form.TensorRole;
import org.moslora.adapters.kind.AdapterGroup;
import org.moslora.adapters.kind.AdapterSpec;
import org.moslora.adapters.kind.RankAllocation;
import org.moslora.layers.Arena;
import org.moslora.layers.FlatParameters;
import org.moslora.layers.Linear;
import org.moslora.layers.Site;

/**
 * Everything that a run trains. A step goes {@link #materialize}, then forward and backward of the model, then
 * {@link #backward} and {@link #penalise}; after them the flat gradient is complete. After the update comes {@link #updated}.
 */
public final class TrainedAdapters {
    private final FlatParameters parameters;
    private final Map<String, List<AdapterGroup>> groups;
    private final Map<String, FullTraining> wholes;
    private final List<RankAllocation> allocations;

    TrainedAdapters(
            FlatParameters parameters,
            Map<String, List<AdapterGroup>> groups,
            Map<String, FullTraining> wholes,
            List<RankAllocation> allocations) {
        this.parameters = parameters;
        this.groups = groups;
        this.wholes = wholes;
        this.allocations = allocations;
    }

    /** All trained parameters and their gradients. */
    public FlatParameters parameters() {
        return parameters;
    }

    /** Makes what the kernels read from the parameters, and zeroes every gradient: the start of a step. */
    public void materialize(Arena arena) {
        materialize(arena, true);
    }

    /** As {@link #materialize}, but for passes that nothing is learnt from, which therefore see everything. */
    public void materializeForInference(Arena arena) {
        materialize(arena, false);
    }

    private void materialize(Arena arena, boolean training) {
        all().forEach(group -> group.materialize(arena, training));
        wholes.values().forEach(whole -> whole.materialize(arena));
        parameters.zero(arena);
    }

    /**
     * Adds up the gradients of all instances of the model, turns those of what the kernels read into those of the
     * parameters. What penalties add is {@link #penalise}d afterwards, once for the whole step.
     */
    public void backward(Arena arena) {
        parameters.gather(arena);
        all().forEach(group -> group.backward(arena));
    }

    /**
     * Adds the gradients of penalties.
     *
     * @return what they add to the loss
     */
    public double penalise(Arena arena) {
        double penalty = 0;
        for (RankAllocation allocation : allocations) {
            penalty += allocation.penalise(arena);
        }
        return penalty;
    }

    /**
     * Takes note of a step that was taken: ranks are dealt out by its clipped gradients and updated parameters.
     *
     * @param step from 1
     */
    public void updated(Arena arena, int step) {
        allocations.forEach(allocation -> allocation.updated(arena, step - 1));
    }

    /**
     * Leaves out all that is trained: the model is the one that it started from, before any adapter.
     *
     * @return puts it back
     */
    public Runnable suspend() {
        List<Runnable> back = new ArrayList<>();
        all().forEach(group -> group.linears().forEach(linear -> back.add(linear.suspend())));
        wholes.values().forEach(whole -> back.addAll(whole.suspend()));
        return () -> back.forEach(Runnable::run);
    }

    /** What a checkpoint must hold besides the parameters, by name. */
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        allocations.forEach(allocation -> state.putAll(allocation.state()));
        return state;
    }

    /** How many steps budgets of ranks are spread over, where there are any. */
    OptionalInt budgetedSteps() {
        return allocations.stream().mapToInt(RankAllocation::steps).findFirst();
    }

    /** Which ranks of a layer are left where some were cut, by path. */
    Map<String, boolean[]> ranks() {
        Map<String, boolean[]> ranks = new LinkedHashMap<>();
        allocations.forEach(allocation -> ranks.putAll(allocation.ranks()));
        return ranks;
    }

    /** How many layers have an adapter. */
    public int layers() {
        return all().stream().mapToInt(group -> group.linears().size()).sum();
    }

    /** What each adapted component trains, by its name. */
    public Map<String, AdapterSpec> specs() {
        Map<String, AdapterSpec> specs = new LinkedHashMap<>();
        groups.forEach((component, all) -> specs.put(component, all.get(0).spec()));
        return specs;
    }

    /** The adapted layers of one component: path, spec and its tensors by role, windows owned by {@code arena}. */
    List<Layer> layers(Arena arena, String component) {
        List<Layer> layers = new ArrayList<>();
        for (AdapterGroup group : groups.getOrDefault(component, List.of())) {
            for (int i = 0; i < group.linears().size(); i++) {
                Linear linear = group.linears().get(i);
                layers.add(new Layer(linear.site(), group.spec(), group.tensors(arena, i)));
            }
        }
        return layers;
    }

    /** The tensors that are trained whole, by canonical name: windows onto the parameters. */
    public Map<String, NDArray> whole() {
        Map<String, NDArray> tensors = new LinkedHashMap<>();
        wholes.values().forEach(whole -> tensors.putAll(whole.tensors()));
        return tensors;
    }

    /** What trains a component whole; null where none does. */
    @Nullable
    FullTraining whole(String component) {
        return wholes.get(component);
    }

    /** The names of the adapted components, in order. */
    Collection<String> components() {
        return groups.keySet();
    }

    private List<AdapterGroup> all() {
        return groups.values().stream().flatMap(List::stream).toList();
    }

    /** One adapted layer's parameters. */
    record Layer(Site site, AdapterSpec spec, Map<TensorRole, NDArray> tensors) {
        String path() {
            return site.path();
        }

        NDArray factor(TensorRole role) {
            return Objects.requireNonNull(tensors.get(role), role.label());
        }
    }
}
