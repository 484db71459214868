package org.moslora.generation.image;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.flux2.Flux2Config;
import org.moslora.diffusion.folder.Component;
import org.moslora.diffusion.folder.ComponentReader;
import org.moslora.diffusion.folder.GeneratorFamily;
import org.moslora.diffusion.folder.PipelineSource;
import org.moslora.diffusion.folder.TransformerFiles;
import org.moslora.diffusion.zimage.ZImageConfig;
import org.moslora.llama.LanguageModelConfig;
import org.moslora.llama.LanguageModelConfigReader;
import org.moslora.llama.LlamaNames;
import org.moslora.tensors.ConfigSection;
import org.moslora.tensors.WeightName;
import org.moslora.tensors.keys.LlamaKeys;

/**
 * The folder of a generator whose text encoder is a Qwen3.
 *
 * @param files with every tensor bound
 * @param after of how many of the text encoder's blocks, each, the states are the text
 * @param <C> the transformer's config
 */
public record FlowFolder<C>(
        TransformerFiles files, C transformer, LanguageModelConfig text, List<Integer> after, ConfigSection index) {
    private static final String QWEN = "qwen3";

    /** Copies the list. */
    public FlowFolder {
        after = List.copyOf(after);
    }

    /** Opens a Z-Image. @throws org.moslora.problems.InvalidInput with everything that is wrong with any component */
    public static FlowFolder<ZImageConfig> zImage(Path path) {
        return ZImageFolder.read(PipelineSource.of(path));
    }

    /** Opens a FLUX.2 klein. @throws org.moslora.problems.InvalidInput as above */
    public static FlowFolder<Flux2Config> flux2(Path path) {
        return Flux2Folder.read(PipelineSource.of(path));
    }

    /** Reads a component of a family. */
    @FunctionalInterface
    interface PartReader<C> {
        @Nullable
        C read(ComponentReader reader);
    }

    /** Names what of a folder's parts does not fit together. */
    @FunctionalInterface
    interface Fit<C> {
        void check(C transformer, LanguageModelConfig text, AutoencoderConfig autoencoder, FolderProblems problems);
    }

    /** Takes problems of a folder as a whole. */
    @FunctionalInterface
    interface FolderProblems {
        void add(String what, Object... values);
    }

    /**
     * Reads a folder.
     *
     * @param source the folder, and what is taken instead of some of its weights
     * @param classes of the components in the folder's index
     * @param after tells of which blocks of the text encoder the states are read
     * @throws org.moslora.problems.InvalidInput with everything that is wrong with any component
     */
    static <C> FlowFolder<C> read(
            PipelineSource source,
            GeneratorFamily family,
            Map<Component, String> classes,
            PartReader<C> transformers,
            PartReader<AutoencoderConfig> autoencoders,
            Function<LanguageModelConfig, List<Integer>> after,
            Fit<C> fit) {
        Path path = source.folder();
        ComponentReader reader = new ComponentReader(source);
        try {
            ConfigSection index = reader.index(classes);
            C transformer = transformers.read(reader);
            AutoencoderConfig autoencoder = autoencoders.read(reader);
            LanguageModelConfig text = reader.read(Component.TEXT_ENCODER, FlowFolder::decoder, FlowFolder::tensors);
            reader.mustHaveTaken();
            if (transformer == null || autoencoder == null || text == null) {
                throw new IllegalStateException("a component is absent without a problem");
            }
            fit.check(
                    transformer,
                    text,
                    autoencoder,
                    (what, values) -> reader.problems().add(path.toString(), what, values));
            reader.problems().throwIfAny();
            TransformerFiles files = new TransformerFiles(path, family, autoencoder, reader.weights());
            return new FlowFolder<>(files, transformer, text, after.apply(text), index);
        } catch (RuntimeException invalid) {
            reader.close();
            throw invalid;
        }
    }

    /** Reads the config of the text encoder. */
    public static LanguageModelConfig decoder(ConfigSection given) {
        String type = given.text("model_type", "");
        if (!type.equals(QWEN)) {
            given.problem("model_type is \"%s\"; this family's text encoder is a %s", type, QWEN);
        }
        return LanguageModelConfigReader.read(given, true);
    }

    private static ComponentReader.Tensors tensors(LanguageModelConfig config) {
        return new ComponentReader.Tensors(
                WeightName.MODEL, new LlamaKeys(), LlamaNames.alone().expected(config), Set.of(LlamaNames.HEAD));
    }
}
