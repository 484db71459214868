package org.moslora.app;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.FixedAdapters;
import org.moslora.adapters.MergedWeights;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.diffusion.folder.Component;
import org.moslora.diffusion.text.TextKeys;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DType;
import org.moslora.tensors.DurableFiles;
import org.moslora.tensors.ModelFolder;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightName;
import org.moslora.tensors.WeightSource;
import org.moslora.tensors.keys.KeyMap;
import org.moslora.tensors.quantised.BitsAndBytes;
import org.moslora.tuning.Messages;

/** Writes a folder of diffusers with adapters added into its UNet and text encoders, everything else as it was. */
final class DiffusionMerging {
    private static final long SHARD_BYTES = 10L << 30;
    private static final List<String> WEIGHTS = List.of(
            ".safetensors",
            ".safetensors.index.json",
            ".safetensors.index.fp16.json",
            ".bin",
            ".bin.index.json",
            ".msgpack",
            ".ckpt",
            ".onnx",
            ".onnx_data",
            ".pb");

    private final Path model;
    private final FixedAdapters adapters;
    private final @Nullable DType type;
    private final Arena arena;

    private DiffusionMerging(Path model, FixedAdapters adapters, @Nullable DType type, Arena arena) {
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
        try (FixedAdapters adapters = FixedAdapters.open(given);
                Arena arena = Arena.open(Compute.cpu())) {
            adapters.checkMergeable();
            adapters.check(DiffusionModel.sites(model));
            DiffusionModel.checkQuantised(model, requantize);
            new DiffusionMerging(model, adapters, type, arena).write(out, messages);
        }
    }

    private void write(Path out, Messages messages) {
        DurableFiles.writeFolder(out, partial -> {
            Set<String> rewritten = new TreeSet<>();
            for (Component component : Component.values()) {
                if (Files.isDirectory(model.resolve(component.folder())) && isTouched(component)) {
                    rewritten.add(component.folder());
                    messages.tell("merging into " + component.folder() + ": " + component(component, partial)
                            + " tensors change");
                }
            }
            copyRest(partial, rewritten);
        });
    }

    private boolean isTouched(Component component) {
        return type != null
                || adapters.files().stream()
                        .flatMap(file -> file.layers().keySet().stream())
                        .anyMatch(path -> path.startsWith(component.prefix()));
    }

    /** Writes a component's weights under the name and variant that they have. */
    private int component(Component component, Path partial) {
        Path from = model.resolve(component.folder());
        boolean text = component == Component.TEXT_ENCODER || component == Component.TEXT_ENCODER_2;
        WeightName name = text ? WeightName.MODEL : WeightName.of("diffusion_pytorch_model");
        KeyMap keys = text ? new TextKeys() : KeyMap.identity();
        try (WeightSource files = BitsAndBytes.over(ModelFolder.open(from, name))) {
            MergedWeights merged =
                    new MergedWeights(files, adapters, key -> component.prefix() + keys.canonical(key), arena, type);
            List<TensorData> tensors = new ArrayList<>();
            files.names().forEach(key -> tensors.addAll(merged.tensors(key)));
            WeightName written = isPlain(from, name) || type != null ? name : name.withVariant("fp16");
            SafetensorsWriter.writeSharded(
                    partial.resolve(component.folder()), written, SHARD_BYTES, tensors, Map.of("format", "pt"));
            return merged.touched();
        }
    }

    private static boolean isPlain(Path folder, WeightName name) {
        return Files.exists(folder.resolve(name.file())) || Files.exists(folder.resolve(name.index()));
    }

    /** Copies everything but the weights that were written anew, and whole checkpoints beside the components. */
    private void copyRest(Path partial, Set<String> rewritten) throws IOException {
        try (Stream<Path> files = Files.walk(model, FileVisitOption.FOLLOW_LINKS)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                Path relative = model.relativize(file);
                boolean top = relative.getNameCount() == 1;
                boolean replaced = top || rewritten.contains(relative.getName(0).toString());
                if (!(replaced && isWeights(file))) {
                    Path to = partial.resolve(relative.toString());
                    Files.createDirectories(to.getParent());
                    Files.copy(file, to);
                }
            }
        }
    }

    private static boolean isWeights(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return WEIGHTS.stream().anyMatch(name::endsWith);
    }
}
