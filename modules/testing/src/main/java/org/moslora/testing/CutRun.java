package org.moslora.testing;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.moslora.tensors.FolderEntries;
import org.moslora.training.RunFolder;

/** A run folder as it was at an earlier moment, to be gone on with. */
public final class CutRun {
    private CutRun() {}

    /**
     * A copy of a finished run as it was when only its checkpoint of this step and earlier ones were written.
     *
     * @param to where nothing is yet
     */
    public static RunFolder after(RunFolder whole, Path to, int step) {
        RunFolder cut = new RunFolder(Trees.copy(whole.path(), to));
        Stream.of(cut.adapter(), cut.averagedAdapter(), cut.lastAdapter(), cut.model(), cut.plot())
                .forEach(Trees::delete);
        FolderEntries.of(cut.checkpoints()).stream()
                .filter(checkpoint -> step(checkpoint) > step)
                .forEach(Trees::delete);
        return cut;
    }

    /** Of {@code step-000004}: 4. */
    private static int step(Path checkpoint) {
        String name = checkpoint.toString();
        return Integer.parseInt(name.substring(name.lastIndexOf('-') + 1));
    }
}
