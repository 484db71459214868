package org.moslora.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.FolderTree;
import org.moslora.tensors.out.OwnFolder;
import org.moslora.training.RunFolder;

/** The quickstart's folder; the only place that names what is in it. */
record QuickstartFolder(Path folder) {
    private static final List<String> OWN = List.of(
            "world",
            "visual.yaml",
            "visual",
            "subject.yaml",
            "subject",
            "prompts.txt",
            "scores",
            "pictures",
            "report.html",
            "before-after.png");

    private static final int SHOWN = 5;

    Path world() {
        return folder.resolve("world");
    }

    /** Conversations of the world. */
    Path conversations(String name) {
        return world().resolve(name + ".json");
    }

    Path images() {
        return world().resolve("images");
    }

    /** The new creature. */
    Path subject() {
        return world().resolve("subject");
    }

    /** The recipe of a story. */
    Path recipe(String story) {
        return folder.resolve(story + ".yaml");
    }

    /** The run of a story. */
    RunFolder run(String story) {
        return new RunFolder(folder.resolve(story));
    }

    Path prompts() {
        return folder.resolve("prompts.txt");
    }

    Path scores(String name) {
        return folder.resolve("scores").resolve(name + ".jsonl");
    }

    Path pictures(String name) {
        return folder.resolve("pictures").resolve(name);
    }

    /** The second story in one picture. */
    Path beforeAfter() {
        return folder.resolve("before-after.png");
    }

    Path report() {
        return folder.resolve("report.html");
    }

    /**
     * Makes the folder, empty but for what is not a quickstart's.
     *
     * @param overwrite whether what an earlier quickstart has left may go
     * @throws InvalidInput if it may not, if anything else would go with it, or there is a file in the way
     */
    void claim(boolean overwrite) {
        try {
            if (Files.exists(folder) && !Files.isDirectory(folder)) {
                throw new InvalidInput("--out " + folder, "is a file; name a folder");
            }
            if (!overwrite && OwnFolder.holdsFiles(folder)) {
                throw new InvalidInput(
                        "--out " + folder, "holds files already; name another folder or give --overwrite");
            }
            List<String> others = OwnFolder.others(folder, OWN);
            if (!others.isEmpty()) {
                throw new InvalidInput(
                        "--out " + folder,
                        "holds what no quickstart left there as it is now, and is not replaced: "
                                + String.join(", ", others.subList(0, Math.min(SHOWN, others.size())))
                                + "; name another folder");
            }
            Files.createDirectories(folder);
            OwnFolder.begin(folder);
            for (String name : OWN) {
                FolderTree.delete(folder.resolve(name));
            }
            Files.createDirectories(folder.resolve("scores"));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Lists what a quickstart has left, so that the next may replace just that. */
    void complete() {
        OwnFolder.complete(folder, OWN);
    }
}
