package org.moslora;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.CombinedAdapter;
import org.moslora.adapters.LoadedAdapters;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.models.ModelOnDisk;
import org.moslora.models.NewFolder;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.tensors.DType;
import org.moslora.tensors.out.OwnFolder;

/** Adapters that are added into a model's weights, a LLaVA's, a text model's or a Stable Diffusion's, or to one another. */
public final class AdapterMerge {
    private final @Nullable Path model;
    private final List<ScaledAdapter> adapters = new ArrayList<>();
    private @Nullable DType type;
    private boolean overwrite;
    private boolean requantize;
    private int threads = Engine.defaultThreads();
    private Messages messages = Messages.stderr(true);

    private AdapterMerge(@Nullable Path model) {
        this.model = model;
    }

    /**
     * Into the model in a folder, which stays as it is.
     *
     * @param model may be null where only {@link #writeAdapter} is asked for
     */
    public static AdapterMerge into(@Nullable Path model) {
        return new AdapterMerge(model);
    }

    /** Adds an adapter: its folder, or that of its run. */
    public AdapterMerge with(Path adapter) {
        return with(adapter, 1);
    }

    /** Adds a part of an adapter. */
    public AdapterMerge with(Path adapter, double scale) {
        adapters.add(new ScaledAdapter(adapter, scale));
        return this;
    }

    /** Writes all floating weights in this format, instead of each in its own. */
    public AdapterMerge as(@Nullable DType format) {
        type = format;
        return this;
    }

    /** Whether what this program wrote at the same place before may go. */
    public AdapterMerge overwrite(boolean may) {
        overwrite = may;
        return this;
    }

    /** Whether to add to a quantised model's weights too and quantise them anew, which loses most of an adapter. */
    public AdapterMerge requantize(boolean may) {
        requantize = may;
        return this;
    }

    /** As many threads for one operator, instead of one a core. */
    public AdapterMerge threads(int number) {
        threads = number;
        return this;
    }

    /** Where remarks go, instead of nowhere. */
    public AdapterMerge messages(Messages remarks) {
        messages = remarks;
        return this;
    }

    /**
     * Writes the merged model.
     *
     * @param out a new folder, which appears whole or not at all
     * @throws InvalidInput when an adapter does not fit, or something is in the way
     */
    public void write(Path out) {
        Path base = model;
        if (base == null) {
            throw new InvalidInput(FieldName.of("model"), "is missing: say which model to merge into");
        }
        NewFolder.taken(out, overwrite, base, adapters).during(() -> {
            Engine.start(threads);
            try (ModelOnDisk opened = ModelOnDisk.openFolder(base)) {
                opened.merge(adapters, out, type, requantize, messages);
            }
        });
    }

    /**
     * Writes one adapter that equals all of them, and no model.
     *
     * @param out a new folder, which appears whole or not at all
     * @throws InvalidInput when no one adapter can, or something is in the way
     */
    public void writeAdapter(Path out) {
        NewFolder.taken(out, overwrite, model, adapters).during(() -> {
            Engine.start(threads);
            try (LoadedAdapters loaded = LoadedAdapters.open(adapters);
                    Arena arena = Arena.open(Compute.cpu())) {
                if (model != null && ModelOnDisk.isDiffusion(model)) {
                    loaded.check(ModelOnDisk.sites(model));
                }
                DType format = type == null ? DType.F32 : type;
                OwnFolder.write(out, partial -> CombinedAdapter.fill(partial, loaded, arena, format));
            }
        });
    }
}
