package org.moslora.models;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.LoadedAdapters;
import org.moslora.adapters.MergedWeights;
import org.moslora.adapters.QuantisedBase;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.diffusion.folder.Component;
import org.moslora.diffusion.folder.ImageModelFiles;
import org.moslora.diffusion.folder.PipelineCopy;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.problems.Messages;
import org.moslora.tensors.DType;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightSource;
import org.moslora.tensors.out.OwnFolder;

/** Writes a folder of diffusers with adapters added into its denoiser and text encoders, everything else as it was. */
final class DiffusionMerging {
    private final ImageModelFiles model;
    private final LoadedAdapters adapters;
    private final @Nullable DType type;
    private final Arena arena;

    private DiffusionMerging(ImageModelFiles model, LoadedAdapters adapters, @Nullable DType type, Arena arena) {
        this.model = model;
        this.adapters = adapters;
        this.type = type;
        this.arena = arena;
    }

    /**
     * Merges.
     *
     * @throws org.moslora.problems.InvalidInput when an adapter does not fit, or the base is quantised and must not be
     */
    static void merge(
            DiffusionModelOnDisk base,
            List<ScaledAdapter> given,
            Path out,
            @Nullable DType type,
            boolean requantize,
            Messages messages) {
        ImageModelFiles model = base.model();
        try (LoadedAdapters adapters = LoadedAdapters.open(given);
                Arena arena = Arena.open(Compute.cpu())) {
            adapters.checkMergeable();
            base.check(adapters);
            QuantisedBase.check(model.path().toString(), model.weights().values(), requantize);
            new DiffusionMerging(model, adapters, type, arena).write(out, messages);
        }
    }

    private void write(Path out, Messages messages) {
        OwnFolder.write(out, partial -> {
            PipelineCopy copy = new PipelineCopy(model.path(), partial, type == null);
            Set<Component> rewritten = EnumSet.noneOf(Component.class);
            for (Component component : Component.values()) {
                if (copy.has(component) && isTouched(component)) {
                    rewritten.add(component);
                    copy.rewrite(component, (files, path) -> merged(component, files, path, messages));
                }
            }
            copy.copyRest(rewritten);
        });
    }

    private boolean isTouched(Component component) {
        return type != null
                || adapters.files().stream()
                        .flatMap(file -> file.layers().keySet().stream())
                        .anyMatch(path -> path.startsWith(component.prefix()));
    }

    private List<TensorData> merged(
            Component component, WeightSource files, UnaryOperator<String> path, Messages messages) {
        MergedWeights merged = new MergedWeights(files, adapters, path, arena, type);
        List<TensorData> tensors = new ArrayList<>();
        files.names().forEach(key -> tensors.addAll(merged.tensors(key)));
        messages.tell("merging into " + component.folder() + ": " + merged.touched() + " tensors change");
        return tensors;
    }
}
