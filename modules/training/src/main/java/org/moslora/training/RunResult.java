package org.moslora.training;

import org.moslora.tensors.DurableFiles;

/**
 * What a run leaves for use, in its own folder and in each checkpoint.
 *
 * @param name of its folder: {@code adapter}, or {@code model} where weights were trained themselves
 * @param filling writes it, as it is at that moment
 */
public record RunResult(String name, DurableFiles.Filling filling) {
    /** An adapter folder. */
    public static RunResult adapter(DurableFiles.Filling filling) {
        return new RunResult("adapter", filling);
    }

    /** A complete model folder. */
    public static RunResult model(DurableFiles.Filling filling) {
        return new RunResult("model", filling);
    }

    /** Writes it as the run's result. */
    public void write(RunFolder run) {
        write(run, "");
    }

    /**
     * Writes it beside the run's result.
     *
     * @param suffix of the folder's name, such as {@code -last}
     */
    public void write(RunFolder run, String suffix) {
        DurableFiles.writeFolder(run.path().resolve(name + suffix), filling);
    }
}
