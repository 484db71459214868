package org.moslora.adapters;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.moslora.adapters.form.BiasDelta;
import org.moslora.adapters.form.Factor;
import org.moslora.adapters.form.Factors;
import org.moslora.adapters.form.Magnitude;
import org.moslora.adapters.form.TensorRole;
import org.moslora.adapters.kind.AdapterSpec;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Precision;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;

/** Starts a training from an adapter on disk, whole: every layer of the one must be a layer of the other. */
public final class AdapterInitialization {
    private static final List<TensorRole> FACTORS = List.of(
            TensorRole.DOWN,
            TensorRole.EMBEDDING_DOWN,
            TensorRole.MIXER,
            TensorRole.DIAGONAL,
            TensorRole.UP,
            TensorRole.EMBEDDING_UP);

    private final TrainedAdapters adapters;
    private final Compute compute;
    private final Problems problems = new Problems();
    private final List<String> remarks = new ArrayList<>();

    private AdapterInitialization(TrainedAdapters adapters, Compute compute) {
        this.adapters = adapters;
        this.compute = compute;
    }

    /**
     * Copies a file's tensors into what is trained.
     *
     * @param components the components that start from this file; all its layers must belong to one of them
     * @return what the user should be told
     * @throws InvalidInput when kind, rank or alpha differ, or a layer has no counterpart
     */
    public static List<String> load(
            AdapterFile file, Set<String> components, TrainedAdapters adapters, Arena arena, Compute compute) {
        AdapterInitialization start = new AdapterInitialization(adapters, compute);
        try (Arena step = arena.child()) {
            start.load(step, file.placed(start.paths(step)), components);
        }
        start.problems.throwIfAny();
        return start.remarks;
    }

    private List<String> paths(Arena step) {
        return adapters.components().stream()
                .flatMap(component -> adapters.layers(step, component).stream())
                .map(TrainedAdapters.Layer::path)
                .toList();
    }

    private void load(Arena step, AdapterFile file, Set<String> components) {
        Set<String> unused = new LinkedHashSet<>(file.layers().keySet());
        for (String component : components) {
            for (TrainedAdapters.Layer layer : adapters.layers(step, component)) {
                unused.remove(layer.path());
                AdapterLayer given = file.layers().get(layer.path());
                if (given == null) {
                    problems.add(file.path().toString(), "has no layer for %s, which the recipe adapts", layer.path());
                } else if (fits(file, component, layer, given) && fits(file, layer, given)) {
                    copy(step, file, layer, given);
                }
            }
        }
        if (!unused.isEmpty()) {
            problems.add(
                    file.path().toString(),
                    "holds %d layers that the recipe does not adapt: %s",
                    unused.size(),
                    AdapterNames.shortened(List.copyOf(unused)));
        }
        loadProjector(step, file);
    }

    private boolean fits(AdapterFile file, String component, TrainedAdapters.Layer layer, AdapterLayer given) {
        AdapterSpec spec = layer.spec();
        String kind = given.update().kind();
        boolean same = kind.equals(spec.label());
        boolean held = kind.equals("lora") && spec.label().equals("moslora");
        if (given.update().residual() != null) {
            once(
                    component + ".init_from",
                    "%s is %s adapter, trained beside what is left of the base's weights; make plain LoRA of it first"
                            + " (convert " + FieldName.of("to") + " native " + FieldName.of("model") + " BASE "
                            + FieldName.of("rank") + " %d)",
                    file.path(),
                    a(kind),
                    2 * given.rank());
            return false;
        }
        if (!(same || held) || given.isCored()) {
            once(
                    component + ".init_from",
                    "%s is %s adapter; %s has no place for its %s",
                    file.path(),
                    a(kind),
                    spec.label(),
                    given.mixer() != null && layer.tensors().get(TensorRole.MIXER) == null ? "mixer" : "factors");
            return false;
        }
        BiasDelta shift = given.update().shift();
        if (shift != null && !layer.tensors().containsKey(shift.role())) {
            once(
                    component + ".init_from",
                    "%s has trained biases (%s), the recipe none of these: set bias: %s",
                    file.path(),
                    shift.role().label(),
                    shift.replaces() ? "lora_only" : "lora_bias");
            return false;
        }
        // Two whole LoKr factors have no rank to compare.
        boolean rank = spec.rank() == given.rank() || given.isWhole();
        boolean scale = spec.scale() == given.scale();
        if (!rank) {
            once(component + ".init_from", "%s has rank %d, the recipe %d", file.path(), given.rank(), spec.rank());
        } else if (!scale) {
            once(component + ".init_from", "%s has alpha %s, the recipe %s", file.path(), given.alpha(), spec.alpha());
        }
        if (held && remarks.isEmpty()) {
            remarks.add(file.path() + " is LoRA: every mixer starts as the identity, which is the same function");
        }
        return rank && scale;
    }

    private static String a(String kind) {
        return ("a".equals(kind.substring(0, 1)) ? "an " : "a ") + kind;
    }

    private void once(String where, String what, Object... values) {
        String text = String.format(what, values);
        if (problems.found().stream().noneMatch(known -> known.what().equals(text))) {
            problems.add(where, "%s", text);
        }
    }

    private boolean fits(AdapterFile file, TrainedAdapters.Layer layer, AdapterLayer given) {
        if (given.fits(layer.site())) {
            return sameFactors(file, layer, given);
        }
        problems.add(
                file.path().toString(),
                "%s and %s, but %s takes %d inputs and gives %d outputs; was this adapter trained for another base?",
                given.form().inner().described(),
                given.form().outer().described(),
                layer.path(),
                layer.site().inputs(),
                layer.site().outputs());
        return false;
    }

    /** Kinds that split a layer can do it in several ways. */
    private boolean sameFactors(AdapterFile file, TrainedAdapters.Layer layer, AdapterLayer given) {
        for (Map.Entry<TensorRole, Factor> entry : given.form().factors().entrySet()) {
            NDArray own = layer.tensors().get(entry.getKey());
            Factor factor = entry.getValue();
            if (own == null || own.size() != factor.size() || own.getShape().get(0) != factor.size(0)) {
                problems.add(
                        file.path().toString(),
                        "%s, but the recipe splits %s into %s",
                        factor.described(),
                        layer.path(),
                        described(layer));
                return false;
            }
        }
        return true;
    }

    private static String described(TrainedAdapters.Layer layer) {
        return layer.tensors().entrySet().stream()
                .map(entry -> entry.getKey().label() + " " + entry.getValue().getShape())
                .collect(Collectors.joining(", "));
    }

    private void copy(Arena step, AdapterFile file, TrainedAdapters.Layer layer, AdapterLayer given) {
        Factors factors = AdapterFile.factors(step, compute);
        given.form().factors().forEach((role, factor) -> put(step, layer.factor(role), factors.wide(factor)));
        Magnitude magnitude = given.update().magnitude();
        if (magnitude != null) {
            put(step, layer.factor(TensorRole.MAGNITUDE), factors.wide(magnitude.factor()));
        }
        BiasDelta shift = given.update().shift();
        if (shift != null) {
            put(step, layer.factor(shift.role()), factors.wide(shift.factor()));
        }
        NDArray mixer = layer.tensors().get(TensorRole.MIXER);
        if (mixer != null && given.mixer() == null) {
            put(step, mixer, step.identity(given.rank()));
        }
        mustLearn(step, file, layer);
    }

    /** Of factors that are multiplied, each one's gradient contains all the others. */
    private void mustLearn(Arena step, AdapterFile file, TrainedAdapters.Layer layer) {
        List<String> zeros = FACTORS.stream()
                .filter(layer.tensors()::containsKey)
                .filter(role ->
                        Kernels.get().one(step, "largest", layer.factor(role)).getFloat() == 0)
                .map(TensorRole::label)
                .toList();
        if (zeros.size() > 1) {
            problems.add(
                    file.path().toString(),
                    "%s of %s are zero: the layer would never learn, because every gradient in it is zero for ever",
                    String.join(" and ", zeros),
                    layer.path());
        }
    }

    private void loadProjector(Arena step, AdapterFile file) {
        if (file.projector().isEmpty()) {
            return;
        }
        Map<String, NDArray> trained = adapters.whole();
        if (!trained.keySet().equals(new TreeSet<>(file.projector()))) {
            problems.add(
                    file.path().toString(),
                    "brings a trained projector %s, but the recipe trains %s; set projector.train: true",
                    file.projector(),
                    trained.isEmpty() ? "none" : trained.keySet());
            return;
        }
        trained.forEach((name, array) -> {
            NDArray given = file.projector(step, new Compute(compute.device(), Precision.FP32), name);
            if (!given.getShape().equals(array.getShape())) {
                problems.add(file.path().toString(), "%s is %s, expected %s", name, given.getShape(), array.getShape());
                return;
            }
            put(step, array, given);
        });
    }

    private static void put(Arena step, NDArray into, NDArray from) {
        Kernels.get().call(step, "copied_into", into, from);
    }
}
