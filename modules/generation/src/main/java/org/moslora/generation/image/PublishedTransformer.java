package org.moslora.generation.image;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.names.TransformerTree;
import org.moslora.adapters.names.TreePlace;
import org.moslora.diffusion.folder.GeneratorFamily;
import org.moslora.diffusion.parts.Derivation;
import org.moslora.diffusion.parts.DerivedWeights;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;

/**
 * The transformer of a single file as its authors, or ComfyUI, spell it, under diffusers' names: alone, or beside the other
 * parts of a {@link PublishedCheckpoint}. Layers that stand in one are cut out of it where they lie.
 */
public final class PublishedTransformer {
    /** A tensor that no other transformer has, which a spelling is known by. */
    private static final Map<String, Spelling> SIGNS = Map.of(
            "double_blocks.0.img_mod.lin.weight", new Spelling(GeneratorFamily.FLUX_1, TransformerTree.FLUX_1),
            "double_stream_modulation_img.lin.weight",
                    new Spelling(GeneratorFamily.FLUX2_KLEIN, TransformerTree.FLUX_2),
            "joint_blocks.0.x_block.attn.qkv.weight",
                    new Spelling(GeneratorFamily.STABLE_DIFFUSION_3, TransformerTree.STABLE_DIFFUSION_3),
            "noise_refiner.0.attention_norm1.weight", new Spelling(GeneratorFamily.Z_IMAGE, TransformerTree.Z_IMAGE));

    private static final List<String> PREFIXES = List.of("", "model.diffusion_model.", "diffusion_model.");

    /** What files hold of a transformer and nothing computes with. */
    private static final Set<String> LEFT_OVER = Set.of("norm_final.weight", "learned_sigma");

    private static final Pattern DOUBLE =
            Pattern.compile("double_blocks\\.(\\d+)\\.(img|txt)_attn\\.norm\\.(query|key)_norm\\.scale");
    private static final Pattern SINGLE = Pattern.compile("single_blocks\\.(\\d+)\\.norm\\.(query|key)_norm\\.scale");
    private static final Pattern JOINT =
            Pattern.compile("joint_blocks\\.(\\d+)\\.(x|context)_block\\.(attn2?)\\.ln_([qk])\\.weight");
    private static final Pattern ONE_STREAM = Pattern.compile("(.+\\.attention)\\.([qk])_norm\\.weight");
    private static final Pattern LAYER = Pattern.compile("(.+)(\\.(?:weight|bias))");

    private final WeightSource file;
    private final TransformerTree tree;
    private final SortedMap<String, Derivation> derivations = new TreeMap<>();

    private PublishedTransformer(WeightSource file, TransformerTree tree) {
        this.file = file;
        this.tree = tree;
    }

    private record Spelling(GeneratorFamily family, TransformerTree tree) {}

    /** What the names of a file's transformer begin with, and how they go on. */
    record Place(String prefix, Spelling spelling) {
        GeneratorFamily family() {
            return spelling.family();
        }
    }

    /** Which family's transformer a file has; empty if none in such a spelling, or it is no single file. */
    public static Optional<GeneratorFamily> family(Path path) {
        if (!Files.isRegularFile(path)) {
            return Optional.empty();
        }
        try (WeightSource file = SafetensorsFile.open(path)) {
            return find(file).map(Place::family);
        }
    }

    /** Where a file has a transformer; empty if none in such a spelling. */
    static Optional<Place> find(WeightSource file) {
        return PREFIXES.stream()
                .flatMap(prefix -> SIGNS.entrySet().stream()
                        .filter(sign -> file.names().contains(prefix + sign.getKey()))
                        .map(sign -> new Place(prefix, sign.getValue())))
                .findFirst();
    }

    /**
     * The transformer of a file.
     *
     * @param names of those of its tensors that are the transformer's, if they are anything
     * @param strangers gets the names of those that are not
     */
    static WeightSource of(WeightSource file, Place place, List<String> names, List<String> strangers) {
        PublishedTransformer own =
                new PublishedTransformer(file, place.spelling().tree());
        for (String name : names) {
            String inside = name.substring(place.prefix().length());
            if (!LEFT_OVER.contains(inside) && !own.derive(name, inside)) {
                strangers.add(name);
            }
        }
        return new DerivedWeights(file, own.derivations);
    }

    /** Notes what a tensor is in diffusers, one or several; whether it is known. */
    private boolean derive(String name, String inside) {
        String renamed = norm(inside);
        Matcher layer = LAYER.matcher(inside);
        Optional<TreePlace> place =
                renamed == null && layer.matches() ? tree.diffusers(layer.group(1), false) : Optional.empty();
        if (place.isPresent()) {
            cut(name, place.get(), layer.group(2));
            return true;
        }
        boolean same = tree == TransformerTree.Z_IMAGE && renamed == null;
        if (same || renamed != null) {
            List<Long> shape = file.info(name).shape();
            derivations.put(renamed == null ? inside : renamed, Derivation.reshaped(name, shape));
        }
        // Of a checkpoint without prefixes the other parts are left alone; a model says what it lacks.
        return same || renamed != null;
    }

    private void cut(String name, TreePlace place, String suffix) {
        List<Long> whole = file.info(name).shape();
        long rows = whole.get(0);
        long row = whole.stream().skip(1).reduce(1L, (a, b) -> a * b);
        boolean swapped = place.isSwapped(rows, swappedInputs(name, suffix));
        if (rows % place.parts() != 0) {
            throw new InvalidInput(
                    file.origin().toString(),
                    name + " has " + rows + " rows, which are no " + place.parts() + " parts");
        }
        for (int i = 0; i < place.paths().size(); i++) {
            long from = rows / place.parts() * place.from(i);
            List<Long> shape = new ArrayList<>(whole);
            shape.set(0, rows / place.parts() * place.shares().get(i));
            derivations.put(place.paths().get(i) + suffix, new Derivation(name, shape, from * row, false, swapped));
        }
    }

    /** What the layer of a tensor reads, which for a bias its weight says. */
    private long swappedInputs(String name, String suffix) {
        String weight = name.substring(0, name.length() - suffix.length()) + ".weight";
        List<Long> shape = file.names().contains(weight) ? file.info(weight).shape() : List.of();
        return shape.size() < 2 ? 0 : shape.get(1);
    }

    /** Of what is no layer, the name in diffusers; null for whatever else. */
    private @Nullable String norm(String inside) {
        Matcher twice = DOUBLE.matcher(inside);
        if (twice.matches()) {
            String added = twice.group(2).equals("img") ? "" : "added_";
            return "transformer_blocks." + twice.group(1) + ".attn.norm_" + added
                    + twice.group(3).charAt(0) + ".weight";
        }
        Matcher once = SINGLE.matcher(inside);
        if (once.matches()) {
            return "single_transformer_blocks." + once.group(1) + ".attn.norm_"
                    + once.group(2).charAt(0) + ".weight";
        }
        Matcher joint = JOINT.matcher(inside);
        if (joint.matches()) {
            String added = joint.group(2).equals("x") ? "" : "added_";
            return "transformer_blocks." + joint.group(1) + "." + joint.group(3) + ".norm_" + added + joint.group(4)
                    + ".weight";
        }
        Matcher stream = ONE_STREAM.matcher(inside);
        if (stream.matches()) {
            return stream.group(1) + ".norm_" + stream.group(2) + ".weight";
        }
        return inside.equals("pos_embed") ? "pos_embed.pos_embed" : null;
    }
}
