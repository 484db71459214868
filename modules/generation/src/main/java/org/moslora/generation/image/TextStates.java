package org.moslora.generation.image;

import java.util.List;
import org.moslora.diffusion.folder.TextEncoders;

/** The texts of a batch as a denoiser that learns is given them. */
public sealed interface TextStates {
    /** Texts whose encoders stay as they are. */
    record Frozen(List<PromptEmbedding> words) implements TextStates {
        /** Copies the list. */
        public Frozen {
            words = List.copyOf(words);
        }
    }

    /** Texts whose encoders learn, too, and want a gradient. */
    record Trained(TextEncoders.Encoded encoded) implements TextStates {}
}
