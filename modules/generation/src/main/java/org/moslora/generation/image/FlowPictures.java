package org.moslora.generation.image;

import java.util.List;
import org.moslora.diffusion.flow.FlowTransformer;
import org.moslora.diffusion.folder.TransformerFiles;
import org.moslora.layers.Compute;
import org.moslora.layers.Linears;

/**
 * An image generator whose denoiser is a transformer that flows and whose text encoder is a chat model.
 *
 * @param files checked
 * @param traits what is usual with it
 * @param targets what an adapter sits on where nothing is said
 * @param maker of the transformer
 * @param encoder maker of what reads texts
 * @param tokens of texts
 * @param stepCost of the transformer's blocks
 */
record FlowPictures(
        TransformerFiles files,
        PictureTraits traits,
        List<String> targets,
        TransformerMaker maker,
        TextMaker encoder,
        ChatTokens tokens,
        StepCost stepCost)
        implements ImageModel {
    /** Loads a transformer. */
    @FunctionalInterface
    interface TransformerMaker {
        FlowTransformer of(Linears linears, Compute compute);
    }

    /** Loads a text encoder. */
    @FunctionalInterface
    interface TextMaker {
        LoadedTexts of(ChatTokens tokens, Compute compute);
    }

    @Override
    public TrainableDenoiser denoiser(Linears linears, Compute compute) {
        return new FlowDenoiser(maker.of(linears, compute));
    }

    @Override
    public LoadedTexts texts(Linears linears, Compute compute) {
        return encoder.of(tokens, compute);
    }

    @Override
    public void close() {
        tokens.close();
        files.close();
    }
}
