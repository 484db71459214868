package org.moslora.diffusion.unet;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.tensors.ConfigSection;

/**
 * The shape of a UNet.
 *
 * @param inChannels channels of the latents that it reads
 * @param outChannels channels of its prediction
 * @param sampleSize side of the latents that it was trained on
 * @param levels its resolutions from the finest to the coarsest
 * @param textWidth width of the text states that it attends to
 * @param groups groups of its group norms
 * @param epsilon added to the variance in the norms of its resnets
 * @param linearProjection whether transformers are entered and left through linear layers and not 1×1 convolutions
 * @param upcast whether attention is computed in fp32 whatever the model's format
 * @param flip whether the cosines stand before the sines in a time's embedding
 * @param shift what is taken off the number of frequencies in a time's embedding
 * @param added what SDXL adds to the time embedding; null elsewhere
 */
public record UNetConfig(
        int inChannels,
        int outChannels,
        int sampleSize,
        List<Level> levels,
        int textWidth,
        int groups,
        double epsilon,
        boolean linearProjection,
        boolean upcast,
        boolean flip,
        double shift,
        @Nullable Added added) {
    /** Copies the levels. */
    public UNetConfig {
        levels = List.copyOf(levels);
    }

    /**
     * One resolution, on the way down and on the way up again.
     *
     * @param channels width of its pictures
     * @param layers resnets on the way down; one more on the way up
     * @param attentionDown whether a transformer follows each resnet on the way down
     * @param attentionUp the same on the way up
     * @param heads attention heads; the config calls their number {@code attention_head_dim}
     * @param depth blocks of each transformer
     */
    public record Level(int channels, int layers, boolean attentionDown, boolean attentionUp, int heads, int depth) {}

    /**
     * What SDXL adds to the time embedding: pooled text and six sizes.
     *
     * @param pooledWidth width of the pooled text
     * @param sizeWidth width of the sinusoid of one size
     */
    public record Added(int pooledWidth, int sizeWidth) {
        /** How many sizes there are: original, crop and target, two each. */
        public static final int SIZES = 6;

        /** Width of everything together. */
        public int width() {
            return pooledWidth + SIZES * sizeWidth;
        }
    }

    /**
     * Reads {@code unet/config.json}; whatever this program does not compute becomes a problem of the section.
     *
     * @param section the file's content
     */
    public static UNetConfig read(ConfigSection section) {
        return new UNetConfigReader(section).read();
    }

    /** Width of the time embedding. */
    public int timeWidth() {
        return 4 * levels.get(0).channels();
    }

    /** The coarsest level, at which the middle block works too. */
    public Level coarsest() {
        return levels.get(levels.size() - 1);
    }
}
