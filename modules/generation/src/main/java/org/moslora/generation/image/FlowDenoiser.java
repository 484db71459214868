package org.moslora.generation.image;

import ai.djl.ndarray.NDArray;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.flow.FlowPass;
import org.moslora.diffusion.flow.FlowSession;
import org.moslora.diffusion.flow.FlowText;
import org.moslora.diffusion.flow.FlowTransformer;
import org.moslora.diffusion.unet.TextGradient;
import org.moslora.layers.Arena;
import org.moslora.layers.block.Model;

/** A transformer that flows as a {@link TrainableDenoiser}. */
final class FlowDenoiser implements TrainableDenoiser {
    private final FlowTransformer transformer;

    FlowDenoiser(FlowTransformer transformer) {
        this.transformer = transformer;
    }

    @Override
    public Model model() {
        return transformer;
    }

    @Override
    public Session open(Conditions given) {
        Arena arena = transformer.step();
        LatentShape shape = given.shape();
        FlowSession session = transformer.open(arena, text(arena, given.words()), shape.height(), shape.width());
        return new Running(session, arena, shape, given.words().size());
    }

    @Override
    public DenoiserAnswer ask(Arena step, DenoiserQuestion question) {
        if (!(question.text() instanceof TextStates.Frozen frozen)) {
            throw new IllegalArgumentException("the text encoder of this model is not trained");
        }
        FlowText text = text(step, frozen.words());
        return new Answer(
                transformer.forward(step, question.noisy(), question.times(), text, question.kept(), question.seed()));
    }

    private FlowText text(Arena arena, List<PromptEmbedding> words) {
        int width = transformer.textWidth();
        List<float[]> states = words.stream().map(PromptEmbedding::states).toList();
        List<Integer> lengths = states.stream().map(each -> each.length / width).toList();
        long rows = lengths.stream().mapToLong(Integer::longValue).sum();
        return new FlowText(arena.stacked(states, rows, width), lengths);
    }

    private record Running(FlowSession session, Arena arena, LatentShape shape, int rows) implements Session {
        @Override
        public float[] answer(float[] samples, double timestep) {
            try (Arena step = arena.child()) {
                NDArray latents = step.floats(samples, rows, shape.channels(), shape.height(), shape.width());
                return session.predict(step, latents, Collections.nCopies(rows, timestep))
                        .toFloatArray();
            }
        }

        @Override
        public void close() {
            arena.close();
        }
    }

    private record Answer(FlowPass pass) implements DenoiserAnswer {
        @Override
        public NDArray prediction() {
            return pass.prediction();
        }

        @Override
        public @Nullable TextGradient backward(Arena step, NDArray gradient) {
            pass.backward(step, gradient);
            return null;
        }
    }
}
