package org.moslora.generation.image;

import org.moslora.diffusion.folder.Component;

/** Seams of one model of which each takes its turn before it is asked. */
final class PagedComponents {
    private PagedComponents() {}

    /** Another denoiser, whose turn a batch's steps are. */
    record Steps(Denoiser denoiser, ComponentResidency turns, Component component) implements Denoiser {
        @Override
        public Session open(Conditions conditions) {
            turns.take(component);
            return denoiser.open(conditions);
        }
    }

    /** Another coder, whose turn each picture is. */
    record Pictures(LatentCoder coder, ComponentResidency turns) implements LatentCoder {
        @Override
        public float[] decode(float[] latents, LatentShape shape) {
            turns.take(Component.AUTOENCODER);
            return coder.decode(latents, shape);
        }

        @Override
        public float[] encode(float[] pixels, float[] noise, LatentShape shape) {
            turns.take(Component.AUTOENCODER);
            return coder.encode(pixels, noise, shape);
        }
    }
}
