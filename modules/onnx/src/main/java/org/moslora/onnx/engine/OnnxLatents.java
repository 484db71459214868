package org.moslora.onnx.engine;

import ai.onnxruntime.OnnxTensor;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.generation.image.LatentCoder;
import org.moslora.generation.image.LatentShape;
import org.moslora.onnx.session.RunningGraph;

/** A {@link LatentCoder} over the graphs of the autoencoder's two halves. */
final class OnnxLatents implements LatentCoder {
    private static final float LEAST_LOG = -30;
    private static final float MOST_LOG = 20;

    private final AutoencoderConfig config;
    private final Supplier<RunningGraph> encoder;
    private final Supplier<RunningGraph> decoder;

    OnnxLatents(AutoencoderConfig config, Supplier<RunningGraph> encoder, Supplier<RunningGraph> decoder) {
        this.config = config;
        this.encoder = encoder;
        this.decoder = decoder;
    }

    @Override
    public float[] decode(float[] latents, LatentShape shape) {
        FloatBuffer input = RunningGraph.floats(shape.size());
        int plane = shape.height() * shape.width();
        for (int i = 0; i < latents.length; i++) {
            input.put(i, latents[i] / scale(i / plane) + shift(i / plane));
        }
        long height = (long) config.factor() * shape.height();
        long width = (long) config.factor() * shape.width();
        FloatBuffer made = RunningGraph.floats(config.outChannels() * height * width);
        try (OnnxTensor given = RunningGraph.tensor(input, 1, shape.channels(), shape.height(), shape.width());
                OnnxTensor pixels = RunningGraph.tensor(made, 1, config.outChannels(), height, width)) {
            decoder.get()
                    .run(Map.of("latent_sample", given), Set.of(), Map.of("sample", pixels), null, false)
                    .close();
        }
        return TextRun.array(made);
    }

    @Override
    public float[] encode(float[] pixels, float[] noise, LatentShape shape) {
        FloatBuffer input = RunningGraph.floats(pixels.length).put(0, pixels);
        boolean packed = config.patch() > 1; // whose mean it is always, as the model sees it
        int parts = packed ? 1 : 2;
        FloatBuffer made = RunningGraph.floats((long) parts * shape.size());
        long height = (long) config.factor() * shape.height();
        long width = (long) config.factor() * shape.width();
        try (OnnxTensor given = RunningGraph.tensor(input, 1, config.inChannels(), height, width);
                OnnxTensor moments =
                        RunningGraph.tensor(made, 1, (long) parts * shape.channels(), shape.height(), shape.width())) {
            encoder.get()
                    .run(
                            Map.of("sample", given),
                            Set.of(),
                            Map.of(packed ? "latent_sample" : "latent_parameters", moments),
                            null,
                            true)
                    .close();
        }
        return packed ? TextRun.array(made) : drawn(made, noise, shape);
    }

    /** Latents as the model sees them, drawn from what the encoder gives. */
    private float[] drawn(FloatBuffer made, float[] noise, LatentShape shape) {
        int plane = shape.height() * shape.width();
        float[] latents = new float[shape.size()];
        for (int i = 0; i < latents.length; i++) {
            float log = Math.min(MOST_LOG, Math.max(LEAST_LOG, made.get(shape.size() + i)));
            float own = made.get(i) + (float) Math.exp(0.5 * log) * noise[i];
            latents[i] = (own - shift(i / plane)) * scale(i / plane);
        }
        return latents;
    }

    private float shift(int channel) {
        return config.shift().get(channel).floatValue();
    }

    private float scale(int channel) {
        return (float) (config.scalingFactor() / config.deviation().get(channel));
    }
}
