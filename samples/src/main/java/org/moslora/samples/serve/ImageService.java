package org.moslora.samples.serve;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.generation.batch.SingleJob;
import org.moslora.generation.image.ImageSampler;
import org.moslora.onnx.engine.OnnxPictures;
import org.moslora.onnx.session.RunSettings;
import org.moslora.pictures.AdapterUse;
import org.moslora.pictures.Option;
import org.moslora.pictures.PictureRequest;
import org.moslora.pictures.PngFile;
import org.moslora.problems.InvalidInput;

/** Paints what requests ask for: an exported Stable Diffusion, loaded once. */
final class ImageService implements AutoCloseable {
    private static final String WHERE = "request";

    private final OnnxPictures pictures;
    private final Adapters adapters;
    private final RequestQueue desk;

    ImageService(Path folder, Adapters adapters, RunSettings settings, int waiting, Duration patience) {
        this.pictures = OnnxPictures.open(folder, settings, remark -> {});
        this.adapters = adapters;
        this.desk = new RequestQueue("pictures", waiting, patience);
    }

    /**
     * Paints one picture.
     *
     * @param json a line of a file of prompts: {@code prompt}, {@code seed}, {@code steps}, {@code adapters}…
     * @return a PNG
     */
    byte[] paint(JsonObject json) {
        PictureRequest request = PictureRequest.of(WHERE, json);
        if (request.options().get(Option.IMAGE).isPresent()) {
            throw new InvalidInput(WHERE, "\"image\" names a file, and this service reads none");
        }
        List<AdapterUse> uses = request.options().get(Option.ADAPTERS, List.of());
        List<ScaledAdapter> wanted = adapters.named(
                uses.stream().map(use -> Names.adapter(use.path(), use.scale())).toList());
        // Adapters are looked up here: nobody else is to look at a file that a request names.
        SingleJob asked = SingleJob.of(
                pictures.traits(),
                new PictureRequest(request.prompt(), request.options().without(Option.ADAPTERS)));
        return desk.ask(deadline -> painted(asked, wanted, deadline));
    }

    private byte[] painted(SingleJob asked, List<ScaledAdapter> wanted, RequestQueue.Deadline deadline) {
        byte[][] png = new byte[1][];
        try (ImageSampler painter = new ImageSampler(
                pictures.with(wanted),
                pictures.traits()::scheduler,
                pictures.traits().space())) {
            painter.paint(
                    List.of(asked.job()), deadline::check, (index, picture) -> png[index] = PngFile.bytes(picture));
            painter.finish();
        }
        return png[0];
    }

    @Override
    public void close() {
        desk.close();
        pictures.close();
    }
}
