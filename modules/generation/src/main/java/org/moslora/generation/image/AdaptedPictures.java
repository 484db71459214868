package org.moslora.generation.image;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.FixedAdapters;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.diffusion.autoencoder.Autoencoder;
import org.moslora.diffusion.folder.Sites;
import org.moslora.diffusion.folder.StableDiffusion;
import org.moslora.diffusion.folder.TextEncoders;
import org.moslora.diffusion.unet.UNet;
import org.moslora.layers.Compute;
import org.moslora.layers.Precision;

/** A model with adapters on, loaded and ready to paint. */
public final class AdaptedPictures implements AutoCloseable {
    /** A pair of this rank costs a hundredth of a UNet's time and shows what training saw; others go into the weights. */
    private static final int PAIR_RANK = 8;

    private final PictureModel model;
    private final List<ScaledAdapter> adapters;
    private final Compute compute;
    private final UNet unet;
    private final TextEncoders encoders;
    private final Autoencoder autoencoder;
    private @Nullable AdaptedPictures wider;

    private AdaptedPictures(
            PictureModel model,
            List<ScaledAdapter> adapters,
            Compute compute,
            UNet unet,
            TextEncoders encoders,
            Autoencoder autoencoder) {
        this.model = model;
        this.adapters = List.copyOf(adapters);
        this.compute = compute;
        this.unet = unet;
        this.encoders = encoders;
        this.autoencoder = autoencoder;
    }

    static AdaptedPictures build(PictureModel model, List<ScaledAdapter> adapters, Compute compute) {
        StableDiffusion files = model.files();
        try (FixedAdapters fixed = FixedAdapters.open(adapters)) {
            fixed.check(Sites.of(files));
            UNet unet = files.buildUNet(fixed, compute);
            fixed.attachUpTo(PAIR_RANK, unet.arena(), compute);
            TextEncoders encoders = files.buildTextEncoders(fixed, compute);
            // A trained layer of a text encoder is small beside the UNet, whose arena lives as long.
            fixed.attachUpTo(PAIR_RANK, unet.arena(), compute);
            return new AdaptedPictures(model, adapters, compute, unet, encoders, files.buildAutoencoder(compute));
        }
    }

    /** What a painter asks. Owned by this. */
    public PictureEngine engine() {
        return new PictureEngine(
                new TorchTexts(encoders, model.tokens(), model.files().zeroForEmptyPrompt()),
                new TorchDenoiser(unet),
                new TorchLatents(autoencoder),
                compute.precision() == Precision.FP32 ? null : this::widerEngine);
    }

    private synchronized PictureEngine widerEngine() {
        if (wider == null) {
            wider = build(model, adapters, new Compute(compute.device(), Precision.FP32));
        }
        return wider.engine();
    }

    @Override
    public synchronized void close() {
        if (wider != null) {
            wider.close();
        }
        unet.close();
        encoders.close();
        autoencoder.close();
    }
}
