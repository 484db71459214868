package org.moslora.models;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.AdapterFile;
import org.moslora.adapters.BaseWeights;
import org.moslora.adapters.Description;
import org.moslora.adapters.LoadedAdapters;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.layers.Site;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.tensors.DType;

/** A model on disk, opened and checked and not loaded: opened once, whatever is asked of it. */
public sealed interface ModelOnDisk extends AutoCloseable permits LanguageModelOnDisk, DiffusionModelOnDisk {
    /**
     * Opens a LLaVA's or a text model's folder, or a Stable Diffusion's folder or single file.
     *
     * @throws InvalidInput when it is none of these, or naming everything that is wrong with it
     */
    static ModelOnDisk open(Path path) {
        return isDiffusion(path) ? DiffusionModelOnDisk.open(path) : LanguageModelOnDisk.open(path);
    }

    /**
     * The same for a model that adapters are to be merged into.
     *
     * @throws InvalidInput also when it is a single file
     */
    static ModelOnDisk openFolder(Path path) {
        if (Files.isRegularFile(path)) {
            throw new InvalidInput(
                    path.toString(),
                    "is a single file; merge works on folders, whose parts it can leave as they are. Save the checkpoint as"
                            + " a folder of diffusers first");
        }
        return open(path);
    }

    /** Whether a path is a folder of diffusers or a single-file checkpoint. */
    static boolean isDiffusion(Path path) {
        return DiffusionModelOnDisk.isOne(path);
    }

    /** The linears and convolutions of a model by path, for what asks nothing else of it; of no model none. */
    static Map<String, Site> sites(@Nullable Path path) {
        if (path == null) {
            return Map.of();
        }
        try (ModelOnDisk model = open(path)) {
            return model.sites();
        }
    }

    /** Where an adapter can sit: its linears and convolutions by path. */
    Map<String, Site> sites();

    /** Shapes of its projector's tensors by name; empty without one. */
    Map<String, List<Long>> projector();

    /** The weights of its layers. */
    BaseWeights weights();

    /** What it is and how large, in a few lines. */
    List<String> described();

    /**
     * Writes it with adapters added into its weights, everything else as it was. The base stays as it is; tensors are
     * read, added to and written one after the other.
     *
     * @param out appears whole or not at all
     * @param type number format of all floating weights; null to keep each one's
     * @param requantize whether to add to quantised weights too, which are then quantised anew
     * @throws InvalidInput when an adapter does not fit, or the base is quantised and must not be
     */
    void merge(List<ScaledAdapter> adapters, Path out, @Nullable DType type, boolean requantize, Messages messages);

    /**
     * Makes sure that adapters fit.
     *
     * @throws InvalidInput naming every tensor that does not
     */
    default void check(LoadedAdapters adapters) {
        adapters.check(sites(), projector());
    }

    /** How many layers of an adapter bind, and what does not. */
    default List<String> binding(AdapterFile adapter) {
        return Description.binding(adapter.of(sites().keySet()), sites(), projector());
    }

    @Override
    void close();
}
