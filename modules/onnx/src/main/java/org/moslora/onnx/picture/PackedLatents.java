package org.moslora.onnx.picture;

import java.util.List;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.onnx.graph.Axis;
import org.moslora.onnx.graph.GraphValue;
import org.moslora.onnx.graph.Operators;

/**
 * How a model sees latents whose squares of two by two are channels of one place, each normed by statistics: FLUX.2's.
 *
 * @param config whose shift and deviation there are for each such channel, in the order channel, row, column
 */
record PackedLatents(AutoencoderConfig config, Operators ops) {
    private static final Axis FREE = Axis.unknown();

    /** Latents [B, channels, h, w] as the model sees them: [B, 4·channels, h/2, w/2]. */
    GraphValue of(GraphValue latents) {
        GraphValue side = ops.vector((long) config.patch());
        GraphValue high = ops.over(ops.sizes(latents, 2, 3), side);
        GraphValue wide = ops.over(ops.sizes(latents, 3, 4), side);
        GraphValue front = ops.concat(0, ops.sizes(latents, 0, 1), ops.vector((long) config.latentChannels()));
        Axis two = Axis.of(config.patch());
        GraphValue parted = ops.reshape(
                latents,
                ops.concat(0, front, high, side, wide, side),
                latents.axis(0),
                channels(),
                FREE,
                two,
                FREE,
                two);
        GraphValue turned = ops.transpose(parted, 0, 1, 3, 5, 2, 4);
        GraphValue shape =
                ops.concat(0, ops.sizes(latents, 0, 1), ops.vector((long) config.seenChannels()), high, wide);
        GraphValue packed = ops.reshape(turned, shape, latents.axis(0), Axis.of(config.seenChannels()), FREE, FREE);
        return ops.over(ops.minus(packed, each(config.shift())), each(config.deviation()));
    }

    /** And back. */
    GraphValue back(GraphValue seen) {
        GraphValue own = ops.add(ops.times(seen, each(config.deviation())), each(config.shift()));
        GraphValue side = ops.vector((long) config.patch());
        GraphValue high = ops.sizes(seen, 2, 3);
        GraphValue wide = ops.sizes(seen, 3, 4);
        GraphValue front = ops.concat(0, ops.sizes(seen, 0, 1), ops.vector((long) config.latentChannels()));
        Axis two = Axis.of(config.patch());
        GraphValue parted = ops.reshape(
                own, ops.concat(0, front, side, side, high, wide), seen.axis(0), channels(), two, two, FREE, FREE);
        GraphValue turned = ops.transpose(parted, 0, 1, 4, 2, 5, 3);
        GraphValue shape = ops.concat(0, front, ops.times(high, side), ops.times(wide, side));
        return ops.reshape(turned, shape, seen.axis(0), channels(), FREE, FREE);
    }

    private Axis channels() {
        return Axis.of(config.latentChannels());
    }

    /** Numbers of each channel, [channels, 1, 1]. */
    private GraphValue each(List<Double> numbers) {
        float[] all = new float[numbers.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = numbers.get(i).floatValue();
        }
        return ops.unsqueeze(ops.vector(all), 1, 2);
    }
}
