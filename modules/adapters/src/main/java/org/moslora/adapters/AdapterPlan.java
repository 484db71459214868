package org.moslora.adapters;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.moslora.adapters.kind.AdapterGroup;
import org.moslora.adapters.kind.AdapterGroupPlan;
import org.moslora.adapters.kind.AdapterSpec;
import org.moslora.adapters.kind.RankAllocation;
import org.moslora.adapters.kind.Trait;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.FlatParameters;
import org.moslora.layers.Linear;
import org.moslora.layers.Linears;
import org.moslora.layers.OtherTensor;
import org.moslora.layers.Site;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problem;
import org.moslora.problems.Problems;

/**
 * What of a model is to be trained, said before the model is built; the model's linears pass through here as they are
 * made, and {@link #build} puts parameters on the chosen ones.
 */
public final class AdapterPlan implements Linears {
    private final Map<String, Request> requests = new LinkedHashMap<>();
    private final List<Linear> made = new ArrayList<>();
    private final List<OtherTensor> plain = new ArrayList<>();
    private int steps = Integer.MAX_VALUE;

    private sealed interface Request {}

    private record Adapt(String prefix, Targets targets, AdapterSpec spec) implements Request {}

    private record Whole(List<String> prefixes) implements Request {
        boolean has(String name) {
            return prefixes.stream().anyMatch(name::startsWith);
        }
    }

    /**
     * Adapters on linears of one component.
     *
     * @param component its name in learning rates and in error messages, such as {@code adapter}
     * @param prefix what the paths of its linears begin with
     */
    public AdapterPlan adapt(String component, String prefix, Targets targets, AdapterSpec spec) {
        requests.put(component, new Adapt(prefix, targets, spec));
        return this;
    }

    /**
     * Trains every tensor of a component whole.
     *
     * @param prefixes what the names of its tensors begin with
     */
    public AdapterPlan train(String component, String... prefixes) {
        requests.put(component, new Whole(List.of(prefixes)));
        return this;
    }

    /** Says how many steps the run has, which a budget of ranks is spread over. */
    public AdapterPlan over(int number) {
        this.steps = number;
        return this;
    }

    @Override
    public void made(Linear linear) {
        made.add(linear);
    }

    @Override
    public void made(OtherTensor tensor) {
        plain.add(tensor);
    }

    /**
     * Checks the choice against what the model will make, before any weight is read.
     *
     * @param sites all linears and embedding tables of it
     * @throws InvalidInput naming every target and pattern that matches nothing
     */
    public void check(Collection<Site> sites) {
        Problems problems = new Problems();
        requests.forEach((component, request) -> {
            if (request instanceof Adapt adapt) {
                choose(component, adapt, under(adapt.prefix(), sites), problems);
            }
        });
        problems.throwIfAny();
    }

    /**
     * How many numbers its adapters train, before there is a model; what {@link #check} refuses counts for none.
     *
     * @param sites all linears and embedding tables of the model
     */
    public long entries(Collection<Site> sites) {
        Problems refused = new Problems();
        long[] entries = {0};
        requests.forEach((component, request) -> {
            if (request instanceof Adapt adapt) {
                List<Site> own = under(adapt.prefix(), sites);
                Set<String> chosen = choose(component, adapt, own, refused);
                own.stream()
                        .filter(site -> chosen.contains(site.path()))
                        .forEach(site -> refused.collect(() -> {
                            entries[0] += AdapterGroupPlan.entries(site, adapt.spec());
                        }));
            }
        });
        return entries[0];
    }

    /**
     * Allocates all parameters with their start values and puts them on the model's linears.
     *
     * @param arena owns them
     * @param seed of the start values
     * @throws InvalidInput when a target or pattern matches no layer
     */
    public TrainedAdapters build(Arena arena, Compute compute, long seed) {
        Problems problems = new Problems();
        Map<String, List<AdapterGroupPlan>> planned = new LinkedHashMap<>();
        Map<String, FullTraining> wholes = new LinkedHashMap<>();
        FlatParameters.Plan plan = new FlatParameters.Plan();
        requests.forEach((component, request) -> {
            if (request instanceof Adapt adapt) {
                List<Linear> chosen = chosen(component, adapt, problems);
                List<AdapterGroupPlan> groups = AdapterGroupPlan.byShape(component, adapt.spec(), chosen);
                groups.forEach(group -> group.reserve(plan));
                planned.put(component, groups);
            } else if (request instanceof Whole whole) {
                wholes.put(component, training(component, whole));
                wholes.get(component).reserve(plan, arena);
            }
        });
        problems.throwIfAny();
        FlatParameters parameters = plan.allocate(arena);
        Map<String, List<AdapterGroup>> groups = new LinkedHashMap<>();
        planned.forEach((component, all) -> groups.put(
                component,
                all.stream()
                        .map(group -> group.attach(parameters, arena, compute, seed))
                        .toList()));
        wholes.values().forEach(whole -> whole.attach(parameters, arena, compute));
        List<RankAllocation> allocations = new ArrayList<>();
        groups.forEach((component, all) -> {
            if (all.get(0).spec().kind().has(Trait.RANK_BUDGET)) {
                allocations.add(new RankAllocation(component, all, steps, arena));
            }
        });
        return new TrainedAdapters(parameters, groups, wholes, allocations);
    }

    /**
     * Puts what a run trains on another instance of the model, whose tensors have passed through this plan: they have
     * the values of the first one's, which are moved for both at once, and gradients of their own, which {@link
     * TrainedAdapters#backward} adds to those of the first.
     *
     * @param trained what the first instance's plan has built, of components that are trained whole
     * @param arena owns the gradients
     * @throws IllegalArgumentException when something is trained here that is not trained there, or not whole
     */
    public void share(TrainedAdapters trained, Arena arena) {
        FlatParameters.Replica replica = trained.parameters().replica(arena);
        requests.forEach((component, request) -> {
            FullTraining original = trained.whole(component);
            if (!(request instanceof Whole whole) || original == null) {
                throw new IllegalArgumentException(component + " is not trained whole, so no other model can share it");
            }
            training(component, whole).share(original, replica);
        });
    }

    private List<Linear> chosen(String component, Adapt adapt, Problems problems) {
        List<Linear> linears = under(adapt.prefix());
        List<Site> sites = linears.stream().map(Linear::site).toList();
        Set<String> chosen = choose(component, adapt, sites, problems);
        return linears.stream()
                .filter(linear -> chosen.contains(linear.site().path()))
                .toList();
    }

    private Set<String> choose(String component, Adapt adapt, List<Site> sites, Problems problems) {
        List<String> paths = sites.stream().map(Site::path).toList();
        Set<String> special = sites.stream()
                .filter(site -> site.isConvolution() || site.isEmbedding())
                .map(Site::path)
                .collect(Collectors.toSet());
        Problems own = new Problems();
        Set<String> chosen = adapt.targets().choose(paths, special, own);
        if (own.isEmpty()) {
            adapt.spec().patterns().check(chosen, own);
            sites.stream()
                    .filter(site -> chosen.contains(site.path()))
                    .forEach(site -> adapt.spec().checkSite(site, own));
        }
        adapt.spec()
                .checkBiases(
                        sites.stream()
                                .filter(site -> chosen.contains(site.path()))
                                .toList(),
                        own);
        adapt.spec().check(steps, own);
        for (Problem problem : own.found()) {
            problems.add(component + "." + problem.where(), "%s", problem.what());
        }
        return chosen;
    }

    private FullTraining training(String component, Whole whole) {
        List<Linear> linears =
                made.stream().filter(linear -> whole.has(linear.site().path())).toList();
        List<OtherTensor> others =
                plain.stream().filter(tensor -> whole.has(tensor.name())).toList();
        return new FullTraining(component, linears, others);
    }

    private List<Linear> under(String prefix) {
        return made.stream()
                .filter(linear -> linear.site().path().startsWith(prefix))
                .toList();
    }

    private static List<Site> under(String prefix, Collection<Site> sites) {
        return sites.stream().filter(site -> site.path().startsWith(prefix)).toList();
    }
}
