package org.moslora.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.AdapterFile;
import org.moslora.pictures.AdapterUse;
import org.moslora.pictures.Option;
import org.moslora.pictures.Options;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.out.OutputPlace;

/** Keeps pictures and their lists from being written over what they are made of. */
final class OutputInputs {
    /** What is written into a folder of pictures. */
    private static final String WRITTEN = "\\d{5,9}-\\d+\\.png|(images|failed)\\.jsonl|grid.*\\.png";

    private OutputInputs() {}

    /** @param files besides the picture that the options name */
    static void mustBeApart(Path out, Path model, Options options, Stream<@Nullable Path> files) {
        List<Path> folders = new ArrayList<>(List.of(model));
        for (AdapterUse use : options.get(Option.ADAPTERS, List.of())) {
            folders.add(AdapterFile.place(Path.of(use.path())));
        }
        OutputPlace.mustBeOutside(out, folders);
        Stream.concat(files, options.get(Option.IMAGE).map(Path::of).stream())
                .filter(Objects::nonNull)
                .filter(file -> file.getFileName() != null
                        && file.getFileName().toString().matches(WRITTEN)
                        && isIn(out, file))
                .findFirst()
                .ifPresent(file -> {
                    throw new InvalidInput("--out " + out, "holds " + file + ", which is read; name another folder");
                });
    }

    private static boolean isIn(Path out, Path file) {
        try {
            return Files.isDirectory(out)
                    && Files.exists(file)
                    && out.toRealPath().equals(file.toRealPath().getParent());
        } catch (java.io.IOException unreadable) {
            return false;
        }
    }
}
