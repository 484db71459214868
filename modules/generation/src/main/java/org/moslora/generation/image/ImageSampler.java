package org.moslora.generation.image;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.moslora.diffusion.schedule.Scheduler;
import org.moslora.diffusion.schedule.Trajectory;
import org.moslora.examples.image.Picture;
import org.moslora.problems.NotFinite;

/**
 * Paints pictures: a batch is sampled and decoded on the calling thread, and while the next one is sampled its pictures
 * are handed over on another. Decoding beside sampling would take the memory of both at once, and processors that the
 * steps use already. Where an engine's numbers overflow it is asked again in fp32; a picture whose numbers are
 * not finite is never handed over.
 */
public final class ImageSampler implements AutoCloseable {
    private final PictureEngine engine;
    private final Function<ImageJob, Scheduler> schedulers;
    private final LatentSpace space;
    private final BackgroundQueue queue = new BackgroundQueue();

    /** Takes a finished picture; called on one other thread, in the order of the jobs. */
    @FunctionalInterface
    public interface Sink {
        /** @param index of the job among those of its batch */
        void painted(int index, Picture picture);

        /**
         * Is told of a picture that there is none; unless it is overridden, painting ends with the reason.
         *
         * @param index of the job among those of its batch
         */
        default void failed(int index, NotFinite reason) {
            throw reason;
        }
    }

    /**
     * A sampler over an engine, which stays its owner's.
     *
     * @param schedulers what takes the noise off a picture
     * @param space how pictures and latents relate
     */
    public ImageSampler(PictureEngine engine, Function<ImageJob, Scheduler> schedulers, LatentSpace space) {
        this.engine = engine;
        this.schedulers = schedulers;
        this.space = space;
    }

    /**
     * Samples a batch; its pictures are handed over by and by.
     *
     * @param jobs pictures of one kind: they differ in words, seed and guidance at most
     * @param stepped told after every step
     * @param sink takes the pictures
     * @throws NotFinite if this batch or one before it came to numbers that are not finite
     */
    public void paint(List<ImageJob> jobs, Runnable stepped, Sink sink) {
        ImageJob first = jobs.get(0);
        LatentShape shape = space.shape(first.width(), first.height());
        Trajectory trajectory = first.trajectory(schedulers.apply(first));
        List<float[]> latents = sampled(engine, jobs, trajectory, shape, stepped);
        for (int i = 0; i < jobs.size(); i++) {
            deliver(sink, i, jobs.get(i), latents.get(i), shape);
        }
    }

    private void deliver(Sink sink, int index, ImageJob job, float[] latents, LatentShape shape) {
        float[] pixels;
        try {
            pixels = decoded(job, latents, shape);
        } catch (NotFinite none) {
            queue.add(() -> sink.failed(index, none));
            return;
        }
        queue.add(() -> sink.painted(index, PixelTensors.picture(pixels, job.width(), job.height())));
    }

    /**
     * Waits until every picture is handed over.
     *
     * @throws RuntimeException whatever one of them failed with
     */
    public void finish() {
        queue.finish();
    }

    private List<float[]> sampled(
            PictureEngine given, List<ImageJob> jobs, Trajectory trajectory, LatentShape shape, Runnable stepped) {
        Denoising denoising = new Denoising(given.noise(), trajectory, shape, jobs, images(given, jobs, shape));
        List<float[]> latents = denoising.run(given.denoiser(), conditions(given, jobs, shape), stepped);
        if (latents.stream().allMatch(ImageSampler::finite)) {
            return latents;
        }
        PictureEngine.Wider wider = given.wider();
        if (wider == null) {
            throw notFinite(jobs.get(0), "latents");
        }
        return sampled(wider.get(), jobs, trajectory, shape, () -> {});
    }

    private List<Denoising.Encoding> images(PictureEngine given, List<ImageJob> jobs, LatentShape shape) {
        List<Denoising.Encoding> images = new ArrayList<>();
        for (ImageJob job : jobs) {
            ImageJob.Start start = job.start();
            if (start != null) {
                float[] pixels = PixelTensors.framed(start.image(), job.width(), job.height());
                images.add(noise -> given.coder().encode(pixels, noise, shape));
            }
        }
        return images;
    }

    private Conditions conditions(PictureEngine given, List<ImageJob> jobs, LatentShape shape) {
        List<PromptEmbedding> words = new ArrayList<>();
        List<Double> told = new ArrayList<>();
        for (ImageJob job : jobs) {
            if (job.guided()) {
                String negative = job.negative();
                words.add(
                        negative == null
                                ? given.texts().nothing(job.reading())
                                : given.texts().of(negative, job.reading()));
                told.add(job.guidance().told());
            }
        }
        for (ImageJob job : jobs) {
            words.add(given.texts().of(job.prompt(), job.reading()));
            told.add(job.guidance().told());
        }
        ImageJob first = jobs.get(0);
        List<Integer> sizes = List.of(first.height(), first.width(), 0, 0, first.height(), first.width());
        return new Conditions(shape, words, sizes, told);
    }

    private float[] decoded(ImageJob job, float[] latents, LatentShape shape) {
        float[] pixels = engine.coder().decode(latents, shape);
        PictureEngine.Wider wider = engine.wider();
        if (!finite(pixels) && wider != null) {
            pixels = wider.get().coder().decode(latents, shape);
        }
        if (!finite(pixels)) {
            throw notFinite(job, "pixels");
        }
        return pixels;
    }

    private static NotFinite notFinite(ImageJob job, String what) {
        return new NotFinite("the " + what + " of \"" + job.prompt() + "\" (seed " + job.seed()
                + ") are not finite (NaN or infinity), so no picture was written; are the model's or the adapter's"
                + " weights damaged, or an adapter's scale too large?");
    }

    private static boolean finite(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    /** Lets the other thread end; what it has not begun is dropped. */
    @Override
    public void close() {
        queue.close();
    }
}
