package org.moslora.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.moslora.console.progress.ShellCommand;
import org.moslora.console.progress.Stopped;
import org.moslora.layers.Engine;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.DurableFiles;
import org.moslora.tensors.FolderEntries;
import org.moslora.tensors.FolderTree;
import org.moslora.tensors.Writable;
import org.moslora.tensors.out.OutputLock;

/** Where a run keeps its files; the only place that names them. */
public record RunFolder(Path path) {
    /** The resolved recipe. */
    public Path recipe() {
        return path.resolve("recipe.yaml");
    }

    /** Versions, seed and digests. */
    public Path provenance() {
        return path.resolve("provenance.json");
    }

    /** One line a step. */
    public Path metrics() {
        return path.resolve("metrics.jsonl");
    }

    /** The curve as a picture. */
    public Path plot() {
        return path.resolve("loss.png");
    }

    /** The result. */
    public Path adapter() {
        return path.resolve("adapter");
    }

    /** The result of a run that trained weights themselves: a complete model folder. */
    public Path model() {
        return path.resolve("model");
    }

    /** The last adapter, where {@link #adapter} is an earlier one that validated better. */
    public Path lastAdapter() {
        return path.resolve("adapter-last");
    }

    /** The average of the adapter over the steps, where the recipe asks for it. */
    public Path averagedAdapter() {
        return path.resolve("adapter-ema");
    }

    /** Points to go on from. */
    public Path checkpoints() {
        return path.resolve("checkpoints");
    }

    /** Answers or pictures made while training. */
    public Path samples() {
        return path.resolve("samples");
    }

    /** What encoders made of the data; may be deleted at any time. */
    public Path cache() {
        return path.resolve("cache");
    }

    /**
     * Makes sure that nothing is overwritten.
     *
     * @throws InvalidInput when the folder holds anything
     */
    public void mustBeNew() {
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new InvalidInput("output", path + " is a file; name a folder for the run");
        }
        Writable.folder("output " + path, path);
        if (FolderEntries.of(path).stream()
                .map(entry -> entry.getFileName().toString())
                .anyMatch(RunFolder::isContent)) {
            throw new InvalidInput(
                    "output",
                    path + " holds " + (Files.exists(recipe()) ? "a run" : "files")
                            + " already; name another folder, or go on with " + FieldName.of("resume", path));
        }
    }

    private static boolean isContent(String name) {
        return !OutputLock.isLock(name) && !DurableFiles.isPassing(name);
    }

    /**
     * Takes the folder for this process, making it, as long as it works on it.
     *
     * @throws InvalidInput if another process is at it, naming that
     */
    public OutputLock taken() {
        return OutputLock.inside("output " + path, path);
    }

    /** What ends a run before its last step, once it is in a checkpoint. */
    public Stopped stopped(int step, int steps) {
        List<String> command = List.of(
                "train",
                FieldName.of("resume"),
                path.toString(),
                FieldName.of("threads"),
                Integer.toString(Engine.threads()));
        return new Stopped("after step " + step + " of " + steps + ", which is in a checkpoint; go on with "
                + ShellCommand.command(command));
    }

    /**
     * Makes the folder.
     *
     * @throws InvalidInput when it cannot be made, or holds something else than a file where a run writes one
     */
    public void create() {
        try {
            Files.createDirectories(path);
        } catch (IOException broken) {
            throw new InvalidInput("output", path + " cannot be made: " + broken.getMessage());
        }
        for (Path file : List.of(recipe(), provenance(), metrics(), plot())) {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw new InvalidInput(file.toString(), "is no file, and a run writes one there; take it away");
            }
        }
    }

    /** Removes what stands here before the first step, of a run that turned out not to be possible. */
    public void forgetBeginning() {
        try {
            Files.deleteIfExists(recipe());
            FolderTree.delete(cache());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
