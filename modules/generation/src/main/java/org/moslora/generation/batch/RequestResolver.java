package org.moslora.generation.batch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.schedule.Scheduler;
import org.moslora.diffusion.schedule.SchedulerName;
import org.moslora.generation.image.FamilyTraits;
import org.moslora.generation.image.ImageJob;
import org.moslora.generation.image.PictureTraits;
import org.moslora.generation.image.TextReading;
import org.moslora.pictures.AdapterUse;
import org.moslora.pictures.GenerationParameters;
import org.moslora.pictures.Option;
import org.moslora.pictures.Options;
import org.moslora.pictures.PictureRequest;
import org.moslora.pictures.PngFile;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.problems.Problems;

/** Requests to jobs: fills in what was not said, checks it against the model, and counts the pictures of a call. */
final class RequestResolver {
    private static final long STEPS = 50;

    private final PictureTraits model;
    private final Options common;
    private final int batch;
    private final Map<String, String> engine;
    private final Messages messages;
    private final RequestedSize sizes;
    private final AdapterDigests digests = new AdapterDigests();
    private final Set<String> said = new HashSet<>();
    private int number;

    /**
     * @param common what holds where a request says nothing
     * @param batch pictures that are painted at once
     * @param engine what pictures say of how they are painted, by field
     */
    RequestResolver(PictureTraits model, Options common, int batch, Map<String, String> engine, Messages messages) {
        this.model = model;
        this.batch = batch;
        this.engine = Map.copyOf(engine);
        this.common = common;
        this.messages = messages;
        this.sizes = new RequestedSize(model);
    }

    /**
     * The pictures of a request, one after the other.
     *
     * @throws InvalidInput with everything in it that the model cannot do
     */
    List<PlannedImage> resolve(PictureRequest request) {
        Options options = complete(request.options().over(common));
        Optional<Long> ownSeed = request.options().get(Option.SEED);
        long images = options.get(Option.IMAGES, 1L);
        List<PlannedImage> pictures = new ArrayList<>();
        for (long i = 0; i < images; i++) {
            long seed = after(ownSeed.orElse(common.get(Option.SEED, 0L)), ownSeed.isPresent() ? i : number);
            pictures.add(planned(
                    new PictureRequest(request.prompt(), options.with(Option.SEED, seed)), PngFile.name(number, seed)));
            number++;
        }
        return pictures;
    }

    /** The seed so many after another one; behind the largest comes 0, since none below is a seed. */
    private static long after(long seed, long count) {
        return (seed + count) & Long.MAX_VALUE;
    }

    /** Every option that has a say, with a value. */
    private Options complete(Options given) {
        Problems problems = new Problems();
        Options usual = given.with(Option.STEPS, given.get(Option.STEPS, STEPS))
                .with(Option.GUIDANCE, given.get(Option.GUIDANCE, model.guidance()));
        Options begun = given.get(Option.IMAGE).isPresent()
                ? usual.with(Option.STRENGTH, given.get(Option.STRENGTH, model.strength()))
                : usual;
        if (given.get(Option.IMAGE).isEmpty() && given.get(Option.STRENGTH).isPresent()) {
            problems.add("strength", "says how much of a picture to give up, but no image is given to start from");
        }
        Options filled = problems.collect(() -> sizes.fill(begun));
        Options sized = filled == null ? begun : filled;
        if (filled != null) {
            problems.collect(
                    () -> model.limits().check(filled.get(Option.WIDTH, 0L), filled.get(Option.HEIGHT, 0L), batch));
        }
        problems.collect(() -> planSteps(sized));
        reading(sized, problems);
        problems.throwIfAny();
        return new GuidanceOptions(model, messages, said)
                .settled(sized, given.get(Option.GUIDANCE).isPresent());
    }

    private void planSteps(Options options) {
        int steps = options.get(Option.STEPS, STEPS).intValue();
        Optional<Double> strength = options.get(Option.STRENGTH);
        Scheduler planner = model.scheduler(
                scheduler(options),
                options.get(Option.WIDTH, (long) model.side()).intValue(),
                options.get(Option.HEIGHT, (long) model.side()).intValue());
        if (strength.isPresent()) {
            planner.plan(steps, strength.get());
        } else {
            planner.plan(steps);
        }
    }

    private SchedulerName scheduler(Options options) {
        return options.get(Option.SCHEDULER)
                .map(name -> SchedulerName.named(FieldName.of("scheduler"), name))
                .orElse(model.schedule().own());
    }

    private void reading(Options options, Problems problems) {
        FamilyTraits.TextLength lengths = model.family().text();
        long length = options.get(Option.TEXT_LENGTH, (long) lengths.usual());
        if (!lengths.isFree() && length > 0) {
            problems.add(FieldName.of("text-length"), "has no say here: this model's text encoder has one length");
        } else if (length > lengths.most()) {
            problems.add(
                    FieldName.of("text-length"), "must be at most %d with this model, got %d", lengths.most(), length);
        }
        long skipped = options.get(Option.CLIP_SKIP, 0L);
        int layers = model.textLayers();
        if (skipped >= layers) {
            problems.add("clip-skip", "leaves out %d of the text encoder's %d layers", skipped, layers);
        }
    }

    private PlannedImage planned(PictureRequest request, String file) {
        Options options = request.options().without(Option.IMAGES);
        List<AdapterUse> uses = options.get(Option.ADAPTERS, List.of());
        if (uses.isEmpty()) {
            options = options.without(Option.ADAPTERS);
        }
        Map<String, String> more = new LinkedHashMap<>();
        if (options.get(Option.SCHEDULER).isEmpty()) {
            more.put("Scheduler", model.schedule().own().spelling());
        }
        if (model.family().rule().embedding() != FamilyTraits.GuidanceRule.Embedding.NEVER) {
            more.put(GenerationParameters.DISTILLED, "told");
        }
        more.put("Lora hashes", digests.of(uses));
        more.putAll(engine);
        more.values().removeIf(String::isEmpty);
        Path name = model.path().toAbsolutePath().normalize().getFileName();
        GenerationParameters parameters =
                new GenerationParameters(new PictureRequest(request.prompt(), options), String.valueOf(name), more);
        return new PlannedImage(file, job(request.prompt(), options), CommonAdapters.scaled(uses), parameters);
    }

    private ImageJob job(String prompt, Options options) {
        return new ImageJob(
                prompt,
                options.get(Option.NEGATIVE).orElse(null),
                options.get(Option.SEED, 0L),
                options.get(Option.STEPS, STEPS).intValue(),
                model.family()
                        .rule()
                        .of(options.get(Option.GUIDANCE, model.guidance()), options.get(Option.TRUE_GUIDANCE, 1.0)),
                scheduler(options),
                options.get(Option.WIDTH, 0L).intValue(),
                options.get(Option.HEIGHT, 0L).intValue(),
                new TextReading(
                        options.get(Option.CLIP_SKIP, 0L).intValue(),
                        options.get(Option.TEXT_LENGTH, (long)
                                        model.family().text().usual())
                                .intValue()),
                start(options));
    }

    private static ImageJob.@Nullable Start start(Options options) {
        return options.get(Option.IMAGE)
                .map(file -> new ImageJob.Start(Path.of(file), options.get(Option.STRENGTH, 1.0)))
                .orElse(null);
    }
}
