package org.moslora.diffusion.folder;

import com.google.gson.JsonElement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.autoencoder.AutoencoderKeys;
import org.moslora.diffusion.autoencoder.AutoencoderNames;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;
import org.moslora.tensors.Binding;
import org.moslora.tensors.ConfigSection;
import org.moslora.tensors.Expectation;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.ModelFolder;
import org.moslora.tensors.WeightName;
import org.moslora.tensors.WeightSource;
import org.moslora.tensors.keys.KeyMap;
import org.moslora.tensors.quantised.BitsAndBytes;

/**
 * Reads the components of a folder as diffusers lays it out, each by its own config; what is wrong with any is told
 * together with what is wrong with the others.
 */
public final class ComponentReader {
    /** Under which name diffusers keeps weights. */
    public static final WeightName DIFFUSERS = WeightName.of("diffusion_pytorch_model");

    private static final int PATCH = 2;
    private static final String MEANS = "bn.running_mean";
    private static final String VARIANCES = "bn.running_var";
    private static final String COUNT = "bn.num_batches_tracked";

    private final Path folder;
    private final Map<Component, WeightSource> instead;
    private final Problems problems = new Problems();
    private final Map<Component, WeightSource> weights = new EnumMap<>(Component.class);

    /** A reader of a folder, which has read nothing yet. Owns what it takes instead of the folder's weights. */
    public ComponentReader(PipelineSource source) {
        this.folder = source.folder();
        this.instead = source.instead();
    }

    /**
     * What a component's files must hold.
     *
     * @param name of its weights
     * @param keys from files' names to the model's
     * @param shapes of every tensor by the model's name
     * @param optional those that may be absent
     */
    public record Tensors(WeightName name, KeyMap keys, Map<String, List<Long>> shapes, Set<String> optional) {
        /** Tensors under the names that the model has for them, all of them wanted. */
        public static Tensors of(Map<String, List<Long>> shapes) {
            return new Tensors(DIFFUSERS, KeyMap.identity(), shapes, Set.of());
        }
    }

    /** What is wrong so far. */
    public Problems problems() {
        return problems;
    }

    /** What was read so far. */
    public Map<Component, WeightSource> weights() {
        return weights;
    }

    /** The folder's {@code model_index.json}, whose classes must be these where it names the component. */
    public ConfigSection index(Map<Component, String> classes) {
        ConfigSection index = ConfigSection.read(folder.resolve(GeneratorFamily.INDEX), problems);
        classes.forEach((component, wanted) -> {
            String said = className(index, component);
            if (said == null) {
                index.problem("names no %s", component.folder());
            } else if (!said.matches(wanted)) {
                index.problem(
                        "%s is of class %s; this program computes %s",
                        component.folder(), said, wanted.replace("|", " and "));
            }
        });
        problems.throwIfAny();
        return index;
    }

    /** The class that an index gives a component; null where there is none. */
    static @Nullable String className(ConfigSection index, Component component) {
        JsonElement said = index.value(component.folder());
        return said != null
                        && said.isJsonArray()
                        && said.getAsJsonArray().size() == 2
                        && said.getAsJsonArray().get(1).isJsonPrimitive()
                ? said.getAsJsonArray().get(1).getAsString()
                : null;
    }

    /** Reads a component's config and binds its tensors; null after a problem. */
    public <C> @Nullable C read(Component component, Function<ConfigSection, C> config, Function<C, Tensors> tensors) {
        Path path = folder.resolve(component.folder());
        if (!Files.isDirectory(path)) {
            problems.add(
                    path.toString(), "there is no such folder, but %s names this component", GeneratorFamily.INDEX);
            return null;
        }
        Problems own = new Problems();
        try {
            C read = config.apply(ConfigSection.read(path.resolve("config.json"), own));
            own.throwIfAny();
            weights.put(component, bound(path, component, tensors.apply(read), instead.get(component)));
            return read;
        } catch (InvalidInput invalid) {
            problems.addAll(invalid);
            return null;
        }
    }

    /** The autoencoder of most families. */
    public @Nullable AutoencoderConfig autoencoder() {
        return read(
                Component.AUTOENCODER,
                AutoencoderConfig::read,
                config -> new Tensors(DIFFUSERS, new AutoencoderKeys(), AutoencoderNames.expected(config), Set.of()));
    }

    /** FLUX.2's: its latents are seen two by two and normed by statistics that stand among its weights. */
    public @Nullable AutoencoderConfig packedAutoencoder() {
        double[] epsilon = new double[1];
        AutoencoderConfig plain = read(
                Component.AUTOENCODER,
                given -> {
                    given.mustBe("_class_name", "\"AutoencoderKLFlux2\"");
                    given.mustBe("patch_size", "[2,2]");
                    given.mustBeAbsent("decoder_block_out_channels");
                    epsilon[0] = given.number("batch_norm_eps", 1e-4);
                    return AutoencoderConfig.packedNetwork(given);
                },
                ComponentReader::packed);
        WeightSource source = weights.get(Component.AUTOENCODER);
        if (plain == null || source == null) {
            return null;
        }
        List<Double> means = new ArrayList<>();
        List<Double> deviations = new ArrayList<>();
        for (float mean : HalfFloats.floats(source, MEANS)) {
            means.add((double) mean);
        }
        for (float variance : HalfFloats.floats(source, VARIANCES)) {
            deviations.add(Math.sqrt(variance + epsilon[0]));
        }
        return plain.packed(PATCH, means, deviations);
    }

    private static Tensors packed(AutoencoderConfig config) {
        Map<String, List<Long>> shapes = new TreeMap<>(AutoencoderNames.expected(config));
        List<Long> each = List.of((long) PATCH * PATCH * config.latentChannels());
        shapes.put(MEANS, each);
        shapes.put(VARIANCES, each);
        return new Tensors(DIFFUSERS, new AutoencoderKeys(), shapes, Set.of(COUNT));
    }

    private static WeightSource bound(Path path, Component component, Tensors wanted, @Nullable WeightSource instead) {
        WeightSource files = instead == null
                ? FlatProjections.of(BitsAndBytes.over(ModelFolder.open(path, wanted.name())))
                : instead;
        try {
            return Binding.bind(
                    files,
                    wanted.keys(),
                    new Expectation(component.folder() + "/config.json", wanted.shapes(), wanted.optional()));
        } catch (InvalidInput misfit) {
            files.close();
            throw misfit;
        }
    }

    /**
     * Ends reading where nothing may be left over.
     *
     * @throws InvalidInput with everything that is wrong, or when weights were given of a component that the folder has not
     */
    public void mustHaveTaken() {
        problems.throwIfAny();
        instead.forEach((component, source) -> {
            if (!weights.containsKey(component)) {
                problems.add(
                        source.origin().toString(),
                        "holds a %s, but %s has none, and so neither its config nor its tokenizer: name a folder that has",
                        component.folder(),
                        folder);
            }
        });
        problems.throwIfAny();
    }

    /** Ends reading. @throws InvalidInput with everything that is wrong, nothing being left open */
    public void mustBeWhole() {
        if (!problems.isEmpty()) {
            close();
        }
        problems.throwIfAny();
    }

    /** Closes what was opened. */
    public void close() {
        weights.values().forEach(WeightSource::close);
        instead.values().forEach(WeightSource::close);
    }
}
