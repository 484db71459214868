package org.moslora.miniature.picture;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.moslora.diffusion.folder.TextEncoders;
import org.moslora.diffusion.schedule.ForwardProcess;
import org.moslora.diffusion.unet.Conditioning;
import org.moslora.diffusion.unet.DenoisingTarget;
import org.moslora.diffusion.unet.TextGradient;
import org.moslora.diffusion.unet.UNet;
import org.moslora.diffusion.unet.UNetPass;
import org.moslora.generation.image.PictureModel;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linears;

/** One instance of UNet and text encoder: noise is put on scenes' latents, and it is asked for their velocity. */
final class ModelReplica implements TaughtReplica<int[]> {
    private final UNet unet;
    private final TextEncoders texts;
    private final ForwardProcess noise;

    ModelReplica(PictureModel model, Linears seam) {
        this.unet = model.files().buildUNet(seam, Compute.cpu());
        this.texts = model.files().buildTextEncoders(seam, Compute.cpu());
        this.noise = model.schedule().training();
    }

    @Override
    public Arena arena() {
        return unet.arena();
    }

    @Override
    public Asked ask(Arena arena, LatentPool.Drawn<int[]> drawn, SplittableRandom random) {
        long[] times = times(random, drawn.captions().size());
        long[] shape = drawn.latents().getShape().getShape();
        NDArray own = Kernels.get().one(arena, "normal", shape, 1.0, random.nextLong() >>> 1);
        DenoisingTarget lesson = DenoisingTarget.of(arena, noise, drawn.latents(), own, times);
        TextEncoders.Encoded encoded = texts.forward(arena, List.of(drawn.captions()), 0, Long.MAX_VALUE, 0);
        List<Double> at = Arrays.stream(times).mapToObj(time -> (double) time).toList();
        UNetPass pass =
                unet.forward(arena, lesson.noisy(), new Conditioning(at, encoded.states(), null), Long.MAX_VALUE, 0);
        return new Asked(pass.prediction(), lesson.target(), gradient -> backward(arena, pass, encoded, gradient));
    }

    private void backward(Arena arena, UNetPass pass, TextEncoders.Encoded encoded, NDArray gradient) {
        TextGradient text = unet.backward(arena, pass, gradient, true);
        if (text != null) {
            texts.backward(arena, encoded, text);
        }
    }

    /** Half of them even over the schedule, half denser in its middle, where most is decided. */
    private long[] times(SplittableRandom random, int count) {
        long[] times = new long[count];
        for (int i = 0; i < count; i++) {
            double place = i % 2 == 0 ? random.nextDouble() : middle(random);
            times[i] = (long) (place * noise.timesteps());
        }
        return times;
    }

    /** The median of three even numbers is distributed as Beta(2, 2). */
    private static double middle(SplittableRandom random) {
        double[] three = {random.nextDouble(), random.nextDouble(), random.nextDouble()};
        Arrays.sort(three);
        return three[1];
    }

    @Override
    public void close() {
        texts.close();
        unet.close();
    }
}
