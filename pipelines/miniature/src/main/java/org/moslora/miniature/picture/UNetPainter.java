package org.moslora.miniature.picture;

import ai.djl.ndarray.NDArray;
import java.nio.file.Path;
import java.util.Map;
import org.moslora.adapters.AdapterPlan;
import org.moslora.diffusion.folder.ImageModelFiles;
import org.moslora.generation.image.PictureModel;
import org.moslora.layers.Arena;
import org.moslora.layers.Linears;
import org.moslora.miniature.ShippedWeights;

/** A Stable Diffusion, whose UNet and text encoder learn. */
record UNetPainter(PictureModel model) implements TaughtPainter<int[]> {
    private static final String UNET = "unet.";
    private static final String TEXT = "text_encoder.";

    @Override
    public ImageModelFiles files() {
        return model.files();
    }

    @Override
    public int[] caption(String text) {
        return model.tokens().ids(text).get(0);
    }

    @Override
    public AdapterPlan plan() {
        return new AdapterPlan().train("unet", UNET).train("text_encoder", TEXT);
    }

    @Override
    public TaughtReplica<int[]> replica(Linears seam) {
        return new ModelReplica(model, seam);
    }

    @Override
    public void write(Arena arena, Path folder, Map<String, NDArray> trained) {
        ShippedWeights.write(arena, folder.resolve("unet/diffusion_pytorch_model.safetensors"), trained, UNET);
        ShippedWeights.write(arena, folder.resolve("text_encoder/model.safetensors"), trained, TEXT);
    }

    @Override
    public void close() {
        model.close();
    }
}
