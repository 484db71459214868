package org.moslora.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.LoadedAdapters;
import org.moslora.adapters.MergedWeights;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.diffusion.folder.Component;
import org.moslora.diffusion.folder.PipelineCopy;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.tensors.DType;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightSource;
import org.moslora.tensors.out.OwnFolder;

/** Writes a folder of diffusers with adapters added into its UNet and text encoders, everything else as it was. */
final class DiffusionMerging {
    private final Path model;
    private final LoadedAdapters adapters;
    private final @Nullable DType type;
    private final Arena arena;

    private DiffusionMerging(Path model, LoadedAdapters adapters, @Nullable DType type, Arena arena) {
        this.model = model;
        this.adapters = adapters;
        this.type = type;
        this.arena = arena;
    }

    /**
     * Merges. The base stays as it is; tensors are read, added to and written one after the other.
     *
     * @param out appears whole or not at all
     * @param type number format of all floating weights; null to keep each one's
     * @param requantize whether to add to quantised weights too, which are then quantised anew
     * @throws InvalidInput when the model is a single file, an adapter does not fit, or the base is quantised and must
     *     not be
     */
    static void merge(
            Path model,
            List<ScaledAdapter> given,
            Path out,
            @Nullable DType type,
            boolean requantize,
            Messages messages) {
        if (Files.isRegularFile(model)) {
            throw new InvalidInput(
                    model.toString(),
                    "is a single file; merge works on folders, whose parts it can leave as they are. Save the checkpoint as"
                            + " a folder of diffusers first");
        }
        try (LoadedAdapters adapters = LoadedAdapters.open(given);
                Arena arena = Arena.open(Compute.cpu())) {
            adapters.checkMergeable();
            adapters.check(DiffusionModel.sites(model));
            DiffusionModel.checkQuantised(model, requantize);
            new DiffusionMerging(model, adapters, type, arena).write(out, messages);
        }
    }

    private void write(Path out, Messages messages) {
        OwnFolder.write(out, partial -> {
            PipelineCopy copy = new PipelineCopy(model, partial, type == null);
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
