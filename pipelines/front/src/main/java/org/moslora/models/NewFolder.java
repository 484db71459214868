package org.moslora.models;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.AdapterFile;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.tensors.out.OutputLock;
import org.moslora.tensors.out.OutputPlace;

/** Keeps what makes a folder from writing over what is there and what it reads. */
public final class NewFolder {
    private NewFolder() {}

    /** Takes a folder for what is made of a model, which may be missing, and of adapters. */
    public static OutputLock taken(Path out, boolean overwrite, @Nullable Path model, List<ScaledAdapter> adapters) {
        return OutputPlace.folder(out, overwrite, inputs(model, adapters));
    }

    /** What is read of them. */
    public static List<Path> inputs(@Nullable Path model, List<ScaledAdapter> adapters) {
        List<Path> inputs = new ArrayList<>();
        if (model != null) {
            inputs.add(model);
        }
        adapters.forEach(adapter -> inputs.add(AdapterFile.place(adapter.path())));
        return inputs;
    }
}
