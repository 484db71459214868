package org.moslora.adapters;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.form.Factor;
import org.moslora.adapters.form.FactorReader;
import org.moslora.adapters.form.Factorization;
import org.moslora.adapters.form.LayerDelta;
import org.moslora.adapters.form.TensorRole;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.adapters.kind.KindSettings;
import org.moslora.adapters.kind.StoredLayers;
import org.moslora.adapters.kind.TrainedBias;
import org.moslora.adapters.names.BlockLayout;
import org.moslora.adapters.names.KohyaNaming;
import org.moslora.adapters.names.Naming;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.tensors.WeightSource;
import org.moslora.tensors.keys.Connectors;
import org.moslora.tensors.keys.LlavaKeys;

/** Parses the keys of an adapter's tensors into layers; whatever has no place is a problem. */
final class AdapterParser {
    private final AdapterSources sources;
    private final @Nullable Collection<String> model;
    private final BlockLayout blocks;
    private final Problems problems = new Problems();
    private final SortedMap<String, AdapterLayer> layers = new TreeMap<>();
    private final SortedMap<String, Factor> projector = new TreeMap<>();
    private final Map<String, Integer> formats = new LinkedHashMap<>();
    private boolean latent;

    private AdapterParser(AdapterSources sources, @Nullable Collection<String> model, BlockLayout blocks) {
        this.sources = sources;
        this.model = model;
        this.blocks = blocks;
    }

    /**
     * Finds the place of every tensor.
     *
     * @param model the paths of its linears and convolutions, by which block and layer numbers are read; null to guess
     * @throws InvalidInput naming every tensor without one
     */
    static AdapterFile parse(AdapterSources sources, @Nullable Collection<String> model) {
        List<String> keys = sources.parts().stream()
                .flatMap(part -> part.tensors().names().stream())
                .toList();
        AdapterParser parser =
                new AdapterParser(sources, model, model == null ? BlockLayout.guess(keys) : BlockLayout.of(model));
        parser.latent = keys.stream().anyMatch(KohyaNaming::isLatent);
        return parser.parsed();
    }

    private AdapterFile parsed() {
        sources.parts().forEach(this::parse);
        WeightSource beside = sources.projector();
        if (beside != null) {
            parseProjector(beside);
        }
        if (layers.isEmpty() && projector.isEmpty() && problems.isEmpty()) {
            problems.add(where(), "holds no adapter tensor");
        }
        problems.throwIfAny();
        String format = formats.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse("PEFT");
        return new AdapterFile(sources, layers, projector, format, latent && blocks.guessed() ? blocks : null, latent);
    }

    private void parse(AdapterSource part) {
        List<Naming> namings = NumberedLayers.is(part.tensors())
                ? List.of(NumberedLayers.naming(part.tensors(), model))
                : Naming.all(blocks, part.home(), part.kind());
        Map<String, Map<TensorRole, Factor>> found = new LinkedHashMap<>();
        List<String> strangers = new ArrayList<>();
        for (String key : part.tensors().names()) {
            Optional<Naming.Named> named = named(namings, key, part.tensors());
            if (named.isPresent()) {
                put(found, named.get(), new Factor(part.tensors(), key));
                continue;
            }
            String canonical = LlavaKeys.llava().canonical(AdapterNames.withoutPrefix(key));
            if (Connectors.holds(canonical)) {
                projector.put(canonical, new Factor(part.tensors(), key));
            } else {
                strangers.add(key);
            }
        }
        if (!strangers.isEmpty()) {
            problems.add(
                    where(),
                    "%d tensors are no part of an adapter that is read here: %s%s%s",
                    strangers.size(),
                    AdapterNames.shortened(strangers),
                    UnsupportedKinds.hint(strangers),
                    ForeignFamilies.of(part.tensors().names())
                            .map(family -> "; it is for " + family + ", which this program does not run")
                            .orElse(""));
        }
        boolean mixed = found.values().stream().anyMatch(factors -> factors.containsKey(TensorRole.MIXER));
        found.forEach((path, factors) -> layer(part, path, factors, mixed));
    }

    private Optional<Naming.Named> named(List<Naming> namings, String key, WeightSource source) {
        for (Naming naming : namings) {
            Optional<Naming.Named> named = naming.parse(key);
            if (named.isPresent()) {
                formats.merge(
                        source instanceof RespeltAdapter other ? other.format() : naming.format(), 1, Integer::sum);
                return named;
            }
        }
        return Optional.empty();
    }

    private void put(Map<String, Map<TensorRole, Factor>> found, Naming.Named named, Factor factor) {
        Factor before = found.computeIfAbsent(named.path(), path -> new EnumMap<>(TensorRole.class))
                .put(named.role(), factor);
        if (before != null) {
            problems.add(
                    where(),
                    "%s and %s are the same factor of one layer, %s",
                    before.key(),
                    factor.key(),
                    named.path());
        }
    }

    /** What a layer must be: files that call MoSLoRA a LoRA, as the authors' do, show it by one mixer. */
    private static AdapterKind kind(AdapterSource part, Map<TensorRole, Factor> factors, boolean mixed) {
        AdapterKind said = part.kind();
        boolean silent = said == AdapterKind.LORA || (said == null && factors.containsKey(TensorRole.DOWN));
        if (mixed && silent) {
            return AdapterKind.MOSLORA;
        }
        return said == null ? AdapterKind.shownBy(factors.keySet()) : said;
    }

    private void layer(AdapterSource part, String path, Map<TensorRole, Factor> factors, boolean mixed) {
        TrainedBias biases = part.scales().wantedBiases();
        boolean added = biases == TrainedBias.LORA_BIAS;
        // Layers without a bias have none to train, so that lora_only asks for none.
        if (!agrees(
                        part,
                        path,
                        factors,
                        TensorRole.MAGNITUDE,
                        "use_dora",
                        part.scales().wantsMagnitudes())
                || !agrees(part, path, factors, TensorRole.BIAS, StoredLayers.LORA_BIAS, added)
                || (biases != TrainedBias.LORA_ONLY
                        && !agrees(part, path, factors, TensorRole.OWN_BIAS, "bias: lora_only", false))) {
            return;
        }
        if (layers.containsKey(path)) {
            problems.add(where(), "layer %s is there twice, in two files", path);
            return;
        }
        problems.collect(() -> {
            AdapterConfig config = part.config();
            AdapterKind kind = kind(part, factors, mixed);
            Factorization form = kind.formula()
                    .read(
                            new FactorReader(path, factors, part.scales().expected(path), this::problem),
                            kind,
                            config == null ? KindSettings.DEFAULT : config.settings());
            if (form != null) {
                double scale =
                        part.scales().scale(path, form, AlphaTensor.read(where(), factors.get(TensorRole.ALPHA)));
                LayerDelta update =
                        LayerDelta.of(form, scale, factors, part.scales().residual(path), this::problem);
                if (update != null) {
                    layers.put(path, new AdapterLayer(path, update));
                }
            }
        });
    }

    /** Whether a layer has what a setting asks for, and no more. */
    private boolean agrees(
            AdapterSource part,
            String path,
            Map<TensorRole, Factor> factors,
            TensorRole role,
            String setting,
            boolean wanted) {
        boolean surplus = part.config() != null && !wanted && factors.containsKey(role);
        boolean missing = wanted && !factors.containsKey(role);
        if (surplus || missing) {
            problems.add(
                    where(),
                    surplus
                            ? "layer %s has a %s, but %s is not set; it has %s"
                            : "layer %s lacks its %s, which %s asks for; it has only %s",
                    path,
                    role.label(),
                    setting,
                    factors.values().stream().map(Factor::key).toList());
        }
        return !surplus && !missing;
    }

    private void problem(String what) {
        problems.add(where(), "%s", what);
    }

    private void parseProjector(WeightSource source) {
        if (!projector.isEmpty()) {
            problems.add(where(), "holds two projectors, in %s and beside it", AdapterNames.WEIGHTS);
        }
        for (String key : source.names()) {
            Optional<String> canonical = Connectors.canonical(key);
            if (canonical.isEmpty()) {
                problems.add(source.origin().toString(), "%s is no projector tensor such as linear_1.weight", key);
            } else {
                projector.put(canonical.get(), new Factor(source, key));
            }
        }
    }

    private String where() {
        return sources.path().toString();
    }
}
