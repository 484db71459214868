package org.moslora;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.AdapterFile;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.layers.Engine;
import org.moslora.models.ModelOnDisk;
import org.moslora.problems.Messages;
import org.moslora.tensors.DType;
import org.moslora.tensors.out.OutputPlace;

/** A model with adapters added into its weights, to be written: a LLaVA, a text model or a Stable Diffusion. */
public final class AdapterMerge {
    private final Path model;
    private final List<ScaledAdapter> adapters = new ArrayList<>();
    private @Nullable DType type;

    private AdapterMerge(Path model) {
        this.model = model;
    }

    /** Into the weights of the model in a folder, which stays as it is. */
    public static AdapterMerge into(Path model) {
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
    public AdapterMerge as(DType format) {
        type = format;
        return this;
    }

    /**
     * Writes the merged model.
     *
     * @param out a new folder, which appears whole or not at all
     * @throws org.moslora.problems.InvalidInput when an adapter does not fit, or something is in the way
     */
    public void write(Path out) {
        List<Path> inputs = new ArrayList<>(List.of(model));
        adapters.forEach(adapter -> inputs.add(AdapterFile.place(adapter.path())));
        OutputPlace.folder(out, false, inputs).during(() -> {
            Engine.start(Engine.defaultThreads());
            try (ModelOnDisk base = ModelOnDisk.openFolder(model)) {
                base.merge(adapters, out, type, false, Messages.stderr(true));
            }
        });
    }
}
