package org.moslora.generation.image;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.unet.Conditioning;
import org.moslora.diffusion.unet.ReadText;
import org.moslora.diffusion.unet.UNetConfig;
import org.moslora.layers.Arena;

/**
 * Words of a batch as the UNet of libtorch takes them.
 *
 * @param text [rows · tokens, width]
 * @param added pooled text and sizes; null but for Stable Diffusion XL
 * @param read what the UNet's blocks have made of the text; null where it is asked about once
 */
public record TorchConditions(
        NDArray text,
        Conditioning.@Nullable Added added,
        @Nullable ReadText read) {
    /**
     * Copies words to the UNet's device.
     *
     * @param arena owns the arrays
     * @param sizes six for each of the words
     */
    public static TorchConditions of(Arena arena, UNetConfig config, List<PromptEmbedding> words, List<Integer> sizes) {
        List<float[]> states = words.stream().map(PromptEmbedding::states).toList();
        NDArray text = stacked(arena, states, config.textWidth());
        UNetConfig.Added wanted = config.added();
        if (wanted == null) {
            return new TorchConditions(text, null, null);
        }
        List<float[]> pooled = words.stream().map(PromptEmbedding::mustBePooled).toList();
        return new TorchConditions(
                text, new Conditioning.Added(stacked(arena, pooled, wanted.pooledWidth()), sizes), null);
    }

    /** For many steps of one picture, with the same adapters on. */
    TorchConditions remembered(Arena arena) {
        return new TorchConditions(text, added, new ReadText(arena));
    }

    /** With the timestep of each row. */
    public Conditioning at(List<Double> times) {
        return new Conditioning(times, text, added, read);
    }

    private static NDArray stacked(Arena arena, List<float[]> parts, int width) {
        long rows = (long) parts.size() * parts.get(0).length / width;
        return arena.stacked(parts, rows, width);
    }
}
