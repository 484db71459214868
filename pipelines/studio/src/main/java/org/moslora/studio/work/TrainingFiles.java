package org.moslora.studio.work;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Where a studio keeps what it was asked to train, so that the next one knows of it: a file for each job, the recipe that it
 * began with, and what its processes said.
 */
record TrainingFiles(Path home) {
    private static final String ENDING = ".json";

    /** Those in a folder, which is made. */
    static TrainingFiles in(Path home) {
        try {
            for (String name : List.of("trainings", "logs", "recipes")) {
                Files.createDirectories(home.resolve(name));
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        return new TrainingFiles(home);
    }

    /** What a studio left, in the order in which it was asked for. */
    List<TrainingJob> jobs() {
        List<TrainingJob> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(home.resolve("trainings"), "*" + ENDING)) {
            for (Path file : files) {
                TrainingJob.read(file)
                        .filter(job -> file.equals(file(job.run())))
                        .ifPresent(found::add);
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        found.sort(Comparator.comparingLong(TrainingJob::order));
        return found;
    }

    void keep(TrainingJob job) {
        job.write(file(job.run()));
    }

    void forget(TrainingJob job) {
        try {
            Files.deleteIfExists(file(job.run()));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private Path file(String run) {
        return home.resolve("trainings").resolve(run + ENDING);
    }

    /** What the processes of a run said. */
    Path log(String run) {
        return home.resolve("logs").resolve(run + ".log");
    }

    /** The recipe that a run began with here. */
    Path recipe(String run) {
        return home.resolve("recipes").resolve(run + ".yaml");
    }
}
