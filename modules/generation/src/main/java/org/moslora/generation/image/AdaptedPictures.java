package org.moslora.generation.image;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.HotSwappedAdapters;
import org.moslora.adapters.LoadedAdapters;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.diffusion.autoencoder.Autoencoder;
import org.moslora.diffusion.folder.ImageModelFiles;
import org.moslora.diffusion.folder.Sites;
import org.moslora.layers.Compute;
import org.moslora.layers.Precision;

/** A model with adapters on, loaded and ready to paint; other adapters can take their place while it stays loaded. */
public final class AdaptedPictures implements AutoCloseable {
    /** A pair of this rank costs a hundredth of a denoiser's time and shows what training saw; others go into the weights. */
    private static final int PAIR_RANK = 8;

    private final ImageModel model;
    private final Compute compute;
    private final HotSwappedAdapters switched = new HotSwappedAdapters(PAIR_RANK);
    private final TrainableDenoiser denoiser;
    private final LoadedTexts texts;
    private final Autoencoder autoencoder;
    private final ComponentResidency turns;
    private List<ScaledAdapter> adapters = List.of();
    private @Nullable AdaptedPictures wider;

    AdaptedPictures(ImageModel model, Compute compute) {
        ImageModelFiles files = model.files();
        this.model = model;
        this.compute = compute;
        this.denoiser = model.denoiser(switched, compute);
        this.texts = model.texts(switched, compute);
        this.autoencoder = files.buildAutoencoder(compute);
        this.turns = new ComponentResidency(files.weights());
    }

    /** Opens adapters against the files alone, before anything is loaded. */
    static void check(ImageModel model, List<ScaledAdapter> adapters) {
        try (LoadedAdapters loaded = LoadedAdapters.open(adapters)) {
            loaded.check(Sites.of(model.files()));
        }
    }

    /**
     * Takes the adapters that are on off and puts others on; engines that were handed out are not to be used again.
     *
     * @throws org.moslora.problems.InvalidInput when an adapter cannot be read or does not fit
     */
    public synchronized void use(List<ScaledAdapter> others) {
        switched.use(others, compute);
        adapters = List.copyOf(others);
        if (wider != null) {
            wider.use(others);
        }
    }

    /** What an image sampler asks. Owned by this. */
    public PictureEngine engine() {
        return new PictureEngine(
                new CachedPromptEncoder(texts),
                new PagedComponents.Steps(denoiser, turns, model.files().denoiser()),
                new PagedComponents.Pictures(new TorchLatents(autoencoder), turns),
                new TorchNoise(),
                compute.precision() == Precision.FP32 ? null : this::widerEngine);
    }

    private synchronized PictureEngine widerEngine() {
        if (wider == null) {
            wider = new AdaptedPictures(model, new Compute(compute.device(), Precision.FP32));
            wider.use(adapters);
        }
        return wider.engine();
    }

    @Override
    public synchronized void close() {
        if (wider != null) {
            wider.close();
        }
        switched.close();
        denoiser.close();
        texts.close();
        autoencoder.close();
    }
}
