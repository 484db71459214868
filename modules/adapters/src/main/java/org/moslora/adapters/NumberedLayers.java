package org.moslora.adapters;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.names.Components;
import org.moslora.adapters.names.NumberedNaming;
import org.moslora.adapters.names.WalkedPaths;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.tensors.WeightSource;

/** Finds out which layers cloneofsimo's numbers mean: from the model, else as Stable Diffusion 1 and 2 have them. */
final class NumberedLayers {
    private static final String ENCODER = "text_encoder";

    private final WeightSource file;

    private NumberedLayers(WeightSource file) {
        this.file = file;
    }

    /** Whether a file's layers have numbers. */
    static boolean is(WeightSource file) {
        return file.names().stream().anyMatch(NumberedNaming::is);
    }

    /**
     * How the file names layers.
     *
     * @param model all linears and convolutions of the model; null if it is not known
     * @throws InvalidInput where the file has more or fewer layers than the model, or parents that are not known
     */
    static NumberedNaming naming(WeightSource file, @Nullable Collection<String> model) {
        NumberedLayers layers = new NumberedLayers(file);
        Map<String, List<String>> paths = new HashMap<>();
        int encoded = layers.count(ENCODER);
        if (encoded > 0) {
            layers.parents(ENCODER);
            paths.put(Components.TEXT, WalkedPaths.encoder((encoded + 3) / 4));
        }
        int count = layers.count("unet");
        if (count > 0) {
            paths.put(Components.UNET, layers.unet(count, model));
        }
        return new NumberedNaming(paths);
    }

    /** Tells of layers of which only the numbers are known. */
    static void checkNamed(Collection<AdapterFile> files) {
        Problems problems = new Problems();
        for (AdapterFile adapter : files) {
            if (adapter.layers().keySet().stream().anyMatch(NumberedNaming::isUnknown)) {
                problems.add(
                        adapter.path().toString(),
                        "numbers its layers, and not as Stable Diffusion 1 and 2 have them: say with "
                                + FieldName.of("model") + " which model" + " it is for");
            }
        }
        problems.throwIfAny();
    }

    private List<String> unet(int count, @Nullable Collection<String> model) {
        Set<String> parents = parents("unet");
        Collection<String> there = model == null ? WalkedPaths.usual() : model;
        List<String> walked = WalkedPaths.unet(there, parents, gateFirst());
        if (walked.size() == count) {
            return walked;
        }
        if (model == null) {
            return List.of();
        }
        throw new InvalidInput(
                file.origin().toString(),
                "numbers " + count + " layers of " + new TreeSet<>(parents) + " in the UNet, but this model has "
                        + walked.size() + "; was this adapter trained for another base?");
    }

    private int count(String component) {
        return (int) file.names().stream()
                .filter(name -> NumberedNaming.is(name) && name.startsWith(component + ":") && name.endsWith(":down"))
                .count();
    }

    /** The gate is the one layer of a block whose outputs are eight times its inputs: the fifth, or the last. */
    private boolean gateFirst() {
        return file.names().containsAll(Set.of("unet:4:down", "unet:4:up"))
                && file.info("unet:4:down").shape().size() > 1
                && !file.info("unet:4:up").shape().isEmpty()
                && file.info("unet:4:up").shape().get(0)
                        == 8L * file.info("unet:4:down").shape().get(1);
    }

    /** The classes that layers were looked for in. */
    private Set<String> parents(String component) {
        String said = file.metadata().get(component);
        Set<String> parents = new HashSet<>();
        try {
            JsonElement json = JsonParser.parseString(said == null ? "" : said);
            if (json.isJsonArray()) {
                json.getAsJsonArray()
                        .forEach(name -> parents.add(name.isJsonPrimitive() ? name.getAsString() : "" + name));
            }
        } catch (JsonParseException | StackOverflowError broken) {
            parents.clear();
        }
        if (parents.isEmpty() || !WalkedPaths.PARENTS.containsAll(parents)) {
            throw new InvalidInput(
                    file.origin().toString(),
                    "numbers its layers, and the metadata says under \"" + component
                            + "\" which they are: expected some" + " of " + new TreeSet<>(WalkedPaths.PARENTS)
                            + ", got " + said);
        }
        return parents;
    }
}
