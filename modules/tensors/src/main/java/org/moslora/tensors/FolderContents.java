package org.moslora.tensors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.moslora.problems.InvalidInput;

/** What lies in a folder, to tell the user what is there in place of the weights. */
record FolderContents(Path folder, List<String> names) {
    static FolderContents of(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return new FolderContents(
                    folder,
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        } catch (IOException | UncheckedIOException failure) {
            throw new InvalidInput(folder.toString(), "cannot be listed: " + failure.getMessage());
        }
    }

    List<String> safetensors() {
        return names.stream().filter(name -> name.endsWith(".safetensors")).toList();
    }

    /** The error for a folder that lacks the weights of this name. */
    InvalidInput without(WeightName wanted) {
        String expected = "expected " + wanted.file() + " or " + wanted.index();
        if (!safetensors().isEmpty()) {
            boolean shards = safetensors().stream().anyMatch(name -> name.matches(".*-\\d+-of-\\d+\\.safetensors"));
            return wrong("holds " + NameExcerpt.names(safetensors()) + ", but " + expected
                    + (shards ? "; was the index of the shards not downloaded?" : ""));
        }
        List<String> pickles = names.stream()
                .filter(name -> name.matches(".*\\.(bin|pth|pt|ckpt)"))
                .toList();
        if (!pickles.isEmpty()) {
            return wrong(
                    "holds only pickles (" + NameExcerpt.names(pickles) + "), which are not read because unpickling"
                            + " can run code: convert them to safetensors; " + expected);
        }
        return wrong("holds no weights: " + expected
                + (names.isEmpty() ? "; the folder is empty" : "; it holds " + NameExcerpt.names(names)));
    }

    private InvalidInput wrong(String what) {
        return new InvalidInput(folder.toString(), what);
    }
}
