package org.moslora.miniature.picture;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.moslora.diffusion.flow.FlowTarget;
import org.moslora.diffusion.schedule.FlowSchedule;
import org.moslora.generation.image.DenoiserAnswer;
import org.moslora.generation.image.DenoiserQuestion;
import org.moslora.generation.image.PromptEmbedding;
import org.moslora.generation.image.TextStates;
import org.moslora.generation.image.TrainableDenoiser;
import org.moslora.layers.Arena;
import org.moslora.layers.Kernels;

/**
 * One instance of a transformer that learns by flow matching: noise is put on scenes' latents, and it is asked for their
 * velocity.
 */
final class FlowReplica implements TaughtReplica<PromptEmbedding> {
    private final TrainableDenoiser denoiser;
    private final FlowSchedule schedule;
    private final int width;
    private final int longest;

    /**
     * Owns the denoiser.
     *
     * @param width of a row of text
     * @param longest rows that stand for a T5's states when nobody asks for another number
     */
    FlowReplica(TrainableDenoiser denoiser, FlowSchedule schedule, int width, int longest) {
        this.denoiser = denoiser;
        this.schedule = schedule;
        this.width = width;
        this.longest = longest;
    }

    @Override
    public Arena arena() {
        return denoiser.arena();
    }

    @Override
    public Asked ask(Arena arena, LatentPool.Drawn<PromptEmbedding> drawn, SplittableRandom random) {
        float[] levels = levels(random, drawn.captions().size());
        List<Double> times = new ArrayList<>();
        for (float level : levels) {
            times.add(schedule.told(level));
        }
        long[] shape = drawn.latents().getShape().getShape();
        NDArray noise = Kernels.get().one(arena, "normal", shape, 1.0, random.nextLong() >>> 1);
        FlowTarget lesson = FlowTarget.of(arena, drawn.latents(), noise, levels);
        TextStates text = new TextStates.Frozen(lengthened(drawn.captions(), random));
        DenoiserAnswer answer =
                denoiser.ask(arena, new DenoiserQuestion(lesson.noisy(), times, text, List.of(), 0, Long.MAX_VALUE, 0));
        return new Asked(answer.prediction(), lesson.velocity(), gradient -> answer.backward(arena, gradient));
    }

    /** The middle of the way more often than its ends: a logistic function of a normal number. */
    private float[] levels(SplittableRandom random, int count) {
        float[] levels = new float[count];
        for (int i = 0; i < count; i++) {
            levels[i] = schedule.level((float) (1 / (1 + Math.exp(-random.nextGaussian()))));
        }
        return levels;
    }

    /**
     * Without a T5 there are rows of zeros in the place of its states, as many as whoever paints asks for, and nothing
     * masks them: so the model meets every number, small ones as often as large ones, which cost more.
     */
    private List<PromptEmbedding> lengthened(List<PromptEmbedding> captions, SplittableRandom random) {
        int rows = (int) Math.pow(longest, random.nextDouble());
        return captions.stream().map(caption -> lengthened(caption, rows)).toList();
    }

    private PromptEmbedding lengthened(PromptEmbedding caption, int rows) {
        float[] states = caption.states();
        return new PromptEmbedding(Arrays.copyOf(states, states.length + (rows - 1) * width), caption.pooled());
    }

    @Override
    public void close() {
        denoiser.close();
    }
}
