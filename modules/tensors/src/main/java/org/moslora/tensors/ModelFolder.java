package org.moslora.tensors;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.moslora.problems.InvalidInput;

/** Opens the weights of a model, however they are laid out on the disk. */
public final class ModelFolder {
    private ModelFolder() {}

    /**
     * Opens a .safetensors file, or a folder with {@code model.safetensors}, with
     * {@code model.safetensors.index.json} and its shards, with either under the variant {@code fp16}, or with a single
     * .safetensors file of any name.
     *
     * @throws InvalidInput if there are no such weights, or with every problem of their files together
     */
    public static WeightSource open(Path path) {
        requireThere(path);
        if (Files.isRegularFile(path)) {
            return file(path);
        }
        Optional<WeightSource> found = find(path, WeightName.MODEL);
        if (found.isPresent()) {
            return found.get();
        }
        FolderContents contents = FolderContents.of(path);
        if (contents.safetensors().size() == 1) {
            return file(path.resolve(contents.safetensors().get(0)));
        }
        throw contents.without(WeightName.MODEL);
    }

    /**
     * Opens the weights of this name: the one file, else the index and its shards. A name without variant that is not
     * there is looked for under the variant {@code fp16} too. Files of other names are left alone.
     *
     * @throws InvalidInput if there are no such weights, or with every problem of their files together
     */
    public static WeightSource open(Path path, WeightName name) {
        requireThere(path);
        if (Files.isRegularFile(path)) {
            return file(path);
        }
        return find(path, name).orElseThrow(() -> FolderContents.of(path).without(name));
    }

    /** Whether a folder has weights of this name, whole or not. */
    public static boolean isIn(Path folder, WeightName name) {
        return candidates(name).stream()
                .anyMatch(each ->
                        Files.exists(folder.resolve(each.file())) || Files.exists(folder.resolve(each.index())));
    }

    private static List<WeightName> candidates(WeightName name) {
        return name.variant().isEmpty() ? List.of(name, name.withVariant("fp16")) : List.of(name);
    }

    private static Optional<WeightSource> find(Path folder, WeightName name) {
        for (WeightName candidate : candidates(name)) {
            // A link that leads nowhere, as a broken download cache has it, is worth an error of its own.
            if (Files.exists(folder.resolve(candidate.file()), LinkOption.NOFOLLOW_LINKS)) {
                return Optional.of(file(folder.resolve(candidate.file())));
            }
            if (Files.exists(folder.resolve(candidate.index()))) {
                return Optional.of(Float8Scales.over(ShardedWeights.open(folder, candidate.index())));
            }
        }
        return Optional.empty();
    }

    private static WeightSource file(Path path) {
        return Float8Scales.over(SafetensorsFile.open(path));
    }

    private static void requireThere(Path path) {
        if (!Files.exists(path)) {
            throw new InvalidInput(path.toString(), "there is no such file or folder");
        }
    }
}
