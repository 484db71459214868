package org.moslora.dreambooth;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.moslora.diffusion.autoencoder.Autoencoder;
import org.moslora.diffusion.autoencoder.LatentScale;
import org.moslora.diffusion.autoencoder.Moments;
import org.moslora.diffusion.folder.ImageModelFiles;
import org.moslora.examples.subject.FramedPicture;
import org.moslora.examples.subject.Framing;
import org.moslora.examples.subject.ImageSize;
import org.moslora.examples.subject.SubjectPicture;
import org.moslora.examples.subject.TrainingImage;
import org.moslora.layers.Arena;
import org.moslora.layers.ArrayData;
import org.moslora.layers.Compute;
import org.moslora.layers.FrozenTensors;
import org.moslora.layers.Kernels;
import org.moslora.tensors.Digests;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightSource;

/**
 * What the autoencoder makes of pictures. Where a picture always gives the same pixels it is encoded once, or taken from
 * the cache, and the autoencoder is let go when all are; only the draw from the moments is new at every step.
 */
final class Latents implements AutoCloseable {
    private static final String MEAN = "mean";
    private static final String DEVIATION = "deviation";
    private static final String MASK = "mask";
    private static final String SIZES = "sizes";

    private final ImageModelFiles model;
    private final Framing framing;
    private final Compute compute;
    private final Arena arena;
    private final LatentScale scale;
    private final Map<Key, Encoded> known = new HashMap<>();
    private final Lent<Autoencoder> autoencoder;

    private record Key(SubjectPicture picture, ImageSize size) {}

    /**
     * A picture's latents.
     *
     * @param moments [1, channels, h, w]
     * @param mask [1, 1, h, w], 1 where they count in the loss to 0 where they do not
     * @param sizes the six that Stable Diffusion XL is told
     */
    private record Encoded(Moments moments, NDArray mask, List<Integer> sizes) {}

    /**
     * Latents of a batch.
     *
     * @param moments [B, channels, h, w]
     * @param mask [B, 1, h, w]
     * @param sizes six for each picture
     */
    record Batch(Moments moments, NDArray mask, List<Integer> sizes) {}

    Latents(ImageModelFiles model, Framing framing, Compute compute) {
        this.model = model;
        this.framing = framing;
        this.compute = compute;
        this.arena = Arena.open(compute);
        this.scale = new LatentScale(model.autoencoder(), arena);
        this.autoencoder =
                new Lent<>("the autoencoder was let go", () -> model.buildAutoencoder(compute), Autoencoder::close);
    }

    /** How latents are scaled for the denoiser. */
    LatentScale scale() {
        return scale;
    }

    /** Encodes whatever can be encoded once, then lets the autoencoder go if nothing else will come. */
    void fill(List<TrainingImage> images, EncodedCache cache) {
        if (framing.fixed() && !images.isEmpty()) {
            String encoder = EncoderIdentity.autoencoder(model, compute) + " " + framing;
            images.forEach(image -> known.computeIfAbsent(key(image), key -> kept(image, cache, encoder)));
        }
        if (framing.fixed()) {
            autoencoder.close();
        }
    }

    private Encoded kept(TrainingImage image, EncodedCache cache, String encoder) {
        Path file = image.picture().file();
        Path mask = image.picture().mask();
        String item = file.toAbsolutePath().normalize() + " " + image.size() + " " + (mask != null);
        String madeOf = String.join(
                " ",
                encoder,
                image.size().toString(),
                Digests.sha256(file),
                mask == null ? "whole" : Digests.sha256(mask));
        try (Arena made = arena.child();
                WeightSource tensors =
                        cache.of("latents", item, file.toString(), madeOf, () -> tensors(made, encoded(made, image)))) {
            FrozenTensors mapped = new FrozenTensors(tensors, arena, compute);
            List<Integer> sizes = new ArrayList<>();
            for (float side : HalfFloats.floats(tensors, SIZES)) {
                sizes.add((int) side);
            }
            return new Encoded(new Moments(mapped.get(MEAN), mapped.get(DEVIATION)), mapped.get(MASK), sizes);
        }
    }

    private static List<TensorData> tensors(Arena made, Encoded encoded) {
        float[] sizes = new float[encoded.sizes().size()];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = encoded.sizes().get(i);
        }
        return List.of(
                ArrayData.of(made, MEAN, encoded.moments().mean()),
                ArrayData.of(made, DEVIATION, encoded.moments().deviation()),
                ArrayData.of(made, MASK, encoded.mask()),
                TensorData.of(SIZES, List.of((long) sizes.length), sizes));
    }

    Batch of(Arena step, List<TrainingImage> images) {
        List<NDArray> means = new ArrayList<>();
        List<NDArray> deviations = new ArrayList<>();
        List<NDArray> masks = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        for (TrainingImage image : images) {
            Encoded encoded = framing.fixed() ? once(image) : encoded(step, image);
            means.add(encoded.moments().mean());
            deviations.add(encoded.moments().deviation());
            masks.add(encoded.mask());
            sizes.addAll(encoded.sizes());
        }
        Kernels kernels = Kernels.get();
        Moments moments = new Moments(kernels.joined(step, means, 0), kernels.joined(step, deviations, 0));
        return new Batch(moments, kernels.joined(step, masks, 0), sizes);
    }

    private Encoded once(TrainingImage image) {
        Encoded encoded = known.get(key(image));
        if (encoded == null) {
            throw new IllegalStateException(image.picture().file() + " was not encoded");
        }
        return encoded;
    }

    private Encoded encoded(Arena into, TrainingImage image) {
        Autoencoder present = autoencoder.get();
        FramedPicture framed = framing.frame(image);
        ImageSize size = framed.size();
        try (Arena step = present.step()) {
            Moments made = present.encode(step, step.floats(framed.pixels(), 1, 3, size.height(), size.width()));
            List<Integer> sizes = new ArrayList<>();
            for (int side : framed.timeIds()) {
                sizes.add(side);
            }
            NDArray pixels = step.floats(framing.mask(image), 1, 1, size.height(), size.width());
            int patch = present.config().patch();
            Shape latent = made.mean().getShape();
            NDArray mask = Kernels.get().one(step, "latent_mask", pixels, latent.get(2) / patch, latent.get(3) / patch);
            Moments kept = new Moments(into.adopt(made.mean()), into.adopt(made.deviation()));
            return new Encoded(kept, into.adopt(mask), sizes);
        }
    }

    private static Key key(TrainingImage image) {
        return new Key(image.picture(), image.size());
    }

    @Override
    public void close() {
        autoencoder.close();
        arena.close();
    }
}
