package org.moslora.generation.batch;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.moslora.console.progress.Progress;
import org.moslora.generation.image.PictureModel;
import org.moslora.pictures.BatchPlace;
import org.moslora.pictures.ImageRows;
import org.moslora.pictures.Making;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;

/** Generates pictures of many prompts into a folder, and goes on where an earlier call stopped. */
public final class BatchGeneration {
    private static final int MOST_PROBLEMS = 50;

    private final BatchRequest request;
    private final Consumer<String> told;

    /** @param told gets remarks for the user */
    public BatchGeneration(BatchRequest request, Consumer<String> told) {
        this.request = request;
        this.told = told;
    }

    /**
     * Generates.
     *
     * @throws InvalidInput with everything wrong with prompts, options, model and adapters, before a picture is written
     * @throws org.moslora.problems.NotFinite if a picture came to numbers that are not finite
     */
    public void run() {
        try (PictureModel model = PictureModel.open(request.model(), request.tokenizer(), request.prediction(), told)) {
            List<Planned> planned = planned(model);
            makeFolder();
            List<Planned> missing = missing(planned);
            if (missing.size() < planned.size()) {
                told.accept((planned.size() - missing.size()) + " of " + planned.size()
                        + " pictures are there already, made by the same settings");
            }
            if (!missing.isEmpty()) {
                paint(model, missing);
            }
            if (request.grid()) {
                Grids.write(request.out(), planned.stream().map(Planned::file).toList());
            }
        }
    }

    /** Every picture of the call, or everything that is wrong with any. */
    private List<Planned> planned(PictureModel model) {
        Resolver resolver = new Resolver(model, request.options(), told);
        List<Planned> planned = new ArrayList<>();
        Problems problems = new Problems();
        try (PromptSource.Prompts prompts = request.prompts().open(request.options())) {
            while (prompts.hasNext() && problems.found().size() < MOST_PROBLEMS) {
                problems.collect(() -> planned.addAll(resolver.resolve(prompts.next())));
            }
        }
        problems.throwIfAny();
        return planned;
    }

    private void makeFolder() {
        try {
            Files.createDirectories(request.out());
        } catch (IOException broken) {
            throw new InvalidInput("--out " + request.out(), "cannot be made: " + broken.getMessage());
        }
    }

    private List<Planned> missing(List<Planned> planned) {
        ImageRows.mend(request.out());
        Map<String, Making> rows = ImageRows.read(request.out());
        return planned.stream()
                .filter(picture -> !picture.isMadeBy(rows.get(picture.file()))
                        || !Files.isRegularFile(request.out().resolve(picture.file())))
                .toList();
    }

    private void paint(PictureModel model, List<Planned> missing) {
        long steps = missing.stream()
                .mapToLong(picture -> picture.job().calls(model))
                .sum();
        try (Progress progress = Progress.start("steps", steps, request.quiet());
                Loaded loaded = new Loaded(model, request.compute())) {
            Painting painting = new Painting(request.out(), loaded, progress);
            if (request.batch() == 0 && request.prompts() instanceof PromptSource.FromPicture picture) {
                painting.again(missing, BatchPlace.read(picture.file()));
            } else {
                painting.all(Batches.of(missing, size()));
            }
            loaded.finish();
        }
    }

    private int size() {
        int chosen = request.compute().device().isGpu() ? 4 : 1;
        return request.batch() > 0 ? request.batch() : chosen;
    }
}
