package org.moslora.generation.image;

import ai.djl.ndarray.NDArray;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.mmdit.Mmdit;
import org.moslora.diffusion.mmdit.MmditInput;
import org.moslora.diffusion.mmdit.MmditPass;
import org.moslora.diffusion.unet.TextGradient;
import org.moslora.layers.Arena;
import org.moslora.layers.block.Model;

/** The transformer of a Stable Diffusion 3 or FLUX.1 as a {@link TrainableDenoiser}. */
final class MmditDenoiser implements TrainableDenoiser {
    private final Mmdit transformer;

    MmditDenoiser(Mmdit transformer) {
        this.transformer = transformer;
    }

    @Override
    public Model model() {
        return transformer;
    }

    /** Texts of a batch as the transformer takes them. */
    private record Texts(NDArray states, NDArray pooled) {
        static Texts of(Arena arena, Mmdit transformer, List<PromptEmbedding> words) {
            List<float[]> states = words.stream().map(PromptEmbedding::states).toList();
            List<float[]> pooled =
                    words.stream().map(PromptEmbedding::mustBePooled).toList();
            int width = transformer.config().textWidth();
            long rows = (long) words.size() * states.get(0).length / width;
            return new Texts(
                    arena.stacked(states, rows, width),
                    arena.stacked(pooled, words.size(), transformer.config().pooledWidth()));
        }
    }

    @Override
    public Session open(Conditions given) {
        Arena arena = transformer.step();
        return new Running(
                transformer, arena, given.shape(), Texts.of(arena, transformer, given.words()), given.told());
    }

    private record Running(Mmdit transformer, Arena arena, LatentShape shape, Texts texts, List<Double> told)
            implements Session {
        @Override
        public float[] answer(float[] samples, double timestep) {
            try (Arena step = arena.child()) {
                int rows = told.size();
                NDArray latents = step.floats(samples, rows, shape.channels(), shape.height(), shape.width());
                MmditInput input =
                        new MmditInput(Collections.nCopies(rows, timestep), texts.states(), texts.pooled(), told);
                return transformer.predict(step, latents, input).toFloatArray();
            }
        }

        @Override
        public void close() {
            arena.close();
        }
    }

    @Override
    public DenoiserAnswer ask(Arena step, DenoiserQuestion question) {
        if (!(question.text() instanceof TextStates.Frozen frozen)) {
            throw new IllegalStateException("the text encoders of this model are not trained");
        }
        Texts texts = Texts.of(step, transformer, frozen.words());
        List<Double> told = Collections.nCopies(question.times().size(), question.told());
        MmditInput input = new MmditInput(question.times(), texts.states(), texts.pooled(), told);
        MmditPass pass = transformer.forward(step, question.noisy(), input, question.kept(), question.seed());
        return new Answer(transformer, pass);
    }

    private record Answer(Mmdit transformer, MmditPass pass) implements DenoiserAnswer {
        @Override
        public NDArray prediction() {
            return pass.prediction();
        }

        @Override
        public @Nullable TextGradient backward(Arena step, NDArray gradient) {
            return transformer.backward(step, pass, gradient, false);
        }
    }
}
