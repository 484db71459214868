package org.moslora.generation.image;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.folder.TextEncoders;
import org.moslora.diffusion.unet.Conditioning;
import org.moslora.diffusion.unet.TextGradient;
import org.moslora.diffusion.unet.UNet;
import org.moslora.diffusion.unet.UNetPass;
import org.moslora.layers.Arena;
import org.moslora.layers.block.Model;

/** A UNet as a {@link TrainableDenoiser}. */
final class UNetDenoiser implements TrainableDenoiser {
    private final UNet unet;

    UNetDenoiser(UNet unet) {
        this.unet = unet;
    }

    @Override
    public Model model() {
        return unet;
    }

    @Override
    public Session open(Conditions conditions) {
        return new TorchDenoiser(unet).open(conditions);
    }

    @Override
    public DenoiserAnswer ask(Arena step, DenoiserQuestion question) {
        Conditioning conditioning = conditioning(step, question);
        UNetPass pass = unet.forward(step, question.noisy(), conditioning, question.kept(), question.seed());
        return new Answer(unet, pass, question.text() instanceof TextStates.Trained);
    }

    private Conditioning conditioning(Arena step, DenoiserQuestion question) {
        List<Integer> sizes = question.sizes();
        if (question.text() instanceof TextStates.Trained trained) {
            TextEncoders.Encoded encoded = trained.encoded();
            NDArray pooled = encoded.pooled();
            return new Conditioning(
                    question.times(), encoded.states(), pooled == null ? null : new Conditioning.Added(pooled, sizes));
        }
        List<PromptEmbedding> words = ((TextStates.Frozen) question.text()).words();
        return TorchConditions.of(step, unet.config(), words, sizes).at(question.times());
    }

    private record Answer(UNet unet, UNetPass pass, boolean text) implements DenoiserAnswer {
        @Override
        public NDArray prediction() {
            return pass.prediction();
        }

        @Override
        public @Nullable TextGradient backward(Arena step, NDArray gradient) {
            return unet.backward(step, pass, gradient, text);
        }
    }
}
