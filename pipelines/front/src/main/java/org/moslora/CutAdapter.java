package org.moslora;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.CombinedAdapter;
import org.moslora.adapters.LoadedAdapters;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.adapters.TruncationLoss;
import org.moslora.adapters.form.Truncation;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.models.ModelOnDisk;
import org.moslora.tensors.DType;
import org.moslora.tensors.FolderTree;

/**
 * An adapter of any kind, cut down to low rank: a folder of our own, there until this is closed, that whatever converts
 * adapters can read.
 *
 * @param scratch holds the folder
 * @param loss what the cut cost
 */
record CutAdapter(Path scratch, TruncationLoss loss) implements AutoCloseable {
    /**
     * Cuts.
     *
     * @param model that the adapter is for, or null; a magnitude cannot do without
     */
    static CutAdapter of(Path adapter, Truncation truncation, @Nullable Path model) {
        try {
            Path scratch = Files.createTempDirectory("moslora-cut");
            try (LoadedAdapters loaded = LoadedAdapters.open(List.of(new ScaledAdapter(adapter, 1)));
                    Arena arena = Arena.open(Compute.cpu())) {
                return new CutAdapter(scratch, cut(scratch, loaded, truncation, model, arena));
            } catch (IOException | RuntimeException failure) {
                FolderTree.delete(scratch);
                throw failure;
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static TruncationLoss cut(
            Path scratch, LoadedAdapters loaded, Truncation truncation, @Nullable Path model, Arena arena)
            throws IOException {
        Path folder = scratch.resolve("adapter");
        if (model == null) {
            return CombinedAdapter.fill(folder, loaded, truncation, null, arena, DType.F32);
        }
        try (ModelOnDisk base = ModelOnDisk.open(model)) {
            base.check(loaded);
            return CombinedAdapter.fill(folder, loaded, truncation, base.weights(), arena, DType.F32);
        }
    }

    /** The folder. */
    Path folder() {
        return scratch.resolve("adapter");
    }

    @Override
    public void close() {
        try {
            FolderTree.delete(scratch);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
