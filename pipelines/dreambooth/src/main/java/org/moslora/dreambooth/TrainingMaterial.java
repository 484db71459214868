package org.moslora.dreambooth;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.examples.subject.Subject;
import org.moslora.examples.subject.SubjectPlan;
import org.moslora.examples.subject.TrainingImage;
import org.moslora.generation.image.ImageModel;
import org.moslora.layers.Compute;
import org.moslora.layers.Linears;
import org.moslora.layers.Precision;
import org.moslora.training.RunRequest;
import org.moslora.training.team.Team;

/**
 * What a run learns from: pictures as latents, texts as states, and which come when. The encoders take their turns before
 * the denoiser is loaded, one after the other, and are let go as soon as they will not be asked again. The pictures of
 * the class that are missing are made here, too.
 *
 * @param prior the class's pictures, or null without prior preservation
 * @param plan which pictures make which step
 * @param texts what is made of texts
 * @param latents what is made of pictures
 * @param heldBack pictures that are not learnt from
 */
record TrainingMaterial(
        @Nullable Subject prior, SubjectPlan plan, PromptEmbeddings texts, Latents latents, HeldBackPictures heldBack)
        implements AutoCloseable {
    /**
     * Makes it.
     *
     * @param seen what sees the linears of text encoders that learn
     * @param steps of the run
     * @param request of whose team this member encodes what it learns from itself
     */
    static TrainingMaterial of(
            DreamBoothRecipe recipe,
            Sources sources,
            Linears seen,
            Compute compute,
            int steps,
            EncodedCache cache,
            RunRequest request) {
        Team team = request.team();
        ImageModel model = sources.model();
        ClassPictures pictures = sources.prior();
        Subject prior = pictures == null ? null : pictures.complete(model, compute, request.listener());
        SubjectPlan plan = sources.subjects().plan(prior);
        Compute wide = new Compute(compute.device(), Precision.FP32);
        PromptEmbeddings texts = new PromptEmbeddings(
                () -> model.texts(seen, compute), model.zeroForNothing(), recipe.textLength(model));
        Latents latents = new Latents(model.files(), recipe.framing(), wide);
        HeldBackPictures heldBack = HeldBackPictures.of(
                recipe, model, team.writes() ? sources.subjects().heldBack() : List.of(), wide);
        TrainingMaterial material = new TrainingMaterial(prior, plan, texts, latents, heldBack);
        try {
            List<TrainingImage> images = material.images(steps, team);
            latents.fill(images, cache);
            heldBack.fill(cache);
            if (recipe.textEncoder() == null) {
                material.read(recipe, images, cache, EncoderIdentity.texts(model.files(), compute));
            }
        } catch (RuntimeException failed) {
            material.close();
            throw failed;
        }
        // What was let go lies in mapped files, which stay resident until the collector finds their buffers.
        System.gc();
        return material;
    }

    /** What a member of a team learns from itself. */
    private List<TrainingImage> images(int steps, Team team) {
        List<TrainingImage> images = new ArrayList<>();
        for (int step = 0; step < steps; step++) {
            List<List<TrainingImage>> batches = plan.step(step);
            for (int micro = 0; micro < batches.size(); micro++) {
                images.addAll(team.takes(micro) ? batches.get(micro) : List.of());
            }
        }
        return images;
    }

    /** Reads every text that is known beforehand. */
    private void read(DreamBoothRecipe recipe, List<TrainingImage> images, EncodedCache cache, String encoders) {
        texts.fill(recipe.validation().prompts(), cache, encoders);
        texts.fill(List.of(""), cache, encoders);
        texts.fill(heldBack.prompts(), cache, encoders);
        if (!recipe.captions().endless()) {
            texts.fill(images.stream().map(TrainingImage::prompt).distinct().toList(), cache, encoders);
            texts.release();
        }
    }

    @Override
    public void close() {
        texts.close();
        latents.close();
        heldBack.close();
    }
}
