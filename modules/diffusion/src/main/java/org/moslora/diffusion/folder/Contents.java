package org.moslora.diffusion.folder;

import java.util.List;
import java.util.Map;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.text.ClipTextConfig;
import org.moslora.diffusion.unet.UNetConfig;
import org.moslora.tensors.WeightSource;

/**
 * What was found on disk.
 *
 * @param weights every component's tensors under the names that its model knows
 * @param zeroForEmptyPrompt whether an absent negative prompt stands for zeros and not for the empty text
 */
record Contents(
        UNetConfig unet,
        AutoencoderConfig autoencoder,
        List<ClipTextConfig> texts,
        Map<Component, WeightSource> weights,
        boolean zeroForEmptyPrompt) {}
