package org.moslora.generation.image;

import java.util.List;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.unet.UNetConfig;

/** What painting takes in memory, besides the model's weights. */
@FunctionalInterface
public interface PictureCost {
    /** What engines hold over what the numbers take: pieces that no longer fit together, and copies on their way. */
    double SLACK = 1.5;

    /** Rows of a text, which are as many whatever the picture. */
    int TEXT_ROWS = 512;

    /** Where memory is counted by somebody else. */
    PictureCost UNKNOWN = (width, height, batch) -> 0;

    /** Bytes at most of a batch of pictures. */
    double bytes(int width, int height, int batch);

    /**
     * Of a Stable Diffusion: the UNet's pictures and what it keeps for the way up, both halves of guidance at once; the
     * autoencoder's, one picture at a time.
     *
     * @param scores whether attention makes a table of every place against every other
     */
    static PictureCost of(UNetConfig unet, AutoencoderConfig autoencoder, boolean scores) {
        return (width, height, batch) -> {
            double latents = (double) width * height / autoencoder.factor() / autoencoder.factor();
            double steps = 2.0 * batch * places(unet, latents, scores);
            return SLACK
                    * Float.BYTES
                    * Math.max(steps, decoding(autoencoder, (double) width * height, latents, scores));
        };
    }

    /**
     * How wide a transformer is.
     *
     * @param width of its rows
     * @param inner width of the feed-forward part
     * @param patch latents of a side that make a row
     */
    record Stream(int width, int inner, int patch) {}

    /** Of a transformer that flows: rows of the picture and as many of a long text, both halves of guidance at once. */
    static PictureCost flow(Stream stream, AutoencoderConfig autoencoder) {
        return (width, height, batch) -> {
            double latents = (double) width * height / autoencoder.factor() / autoencoder.factor();
            double rows = latents / stream.patch() / stream.patch() + TEXT_ROWS;
            double steps = 2.0 * batch * rows * (10.0 * stream.width() + 3.0 * stream.inner());
            return SLACK
                    * Float.BYTES
                    * Math.max(steps, decoding(autoencoder, (double) width * height, latents, false));
        };
    }

    /** Numbers that one row of the UNet has at its worst. */
    private static double places(UNetConfig unet, double latents, boolean scores) {
        double kept = 0;
        double most = 0;
        double places = latents;
        for (UNetConfig.Level level : unet.levels()) {
            boolean attends = level.attentionDown() || level.attentionUp();
            kept += places * level.channels() * (level.layers() + 1);
            // A gated feed-forward of eight times the width beside queries, keys, values; or a resnet over what was
            // kept.
            double inside = places * level.channels() * (attends ? 14 : 8);
            most = Math.max(most, inside + (attends && scores ? table(places) * level.heads() : 0));
            places /= 4;
        }
        return kept + most;
    }

    private static double decoding(AutoencoderConfig config, double pixels, double latents, boolean scores) {
        List<Integer> channels = config.channels();
        double most = config.middleAttention() ? latents * config.coarsest() * 6 + (scores ? table(latents) : 0) : 0;
        double places = pixels;
        for (int i = 0; i < channels.size(); i++) {
            // What comes from the level below, enlarged and convolved, and a resnet over it.
            int below = channels.get(Math.min(i + 1, channels.size() - 1));
            most = Math.max(most, places * (3.0 * below + 3.0 * channels.get(i)));
            places /= 4;
        }
        return most;
    }

    /** Scores, their softmax, and what the runtime holds beside them. */
    private static double table(double places) {
        return 3 * places * places;
    }
}
