package org.moslora.diffusion.unet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Linears;
import org.moslora.layers.Precision;

class ReadTextTest {
    private static float[] predicted(UNet unet, Arena owner, Conditioning conditioning) {
        try (Arena step = owner.child()) {
            return unet.predict(step, TinyUNet.latents(step), conditioning).toFloatArray();
        }
    }

    /** Every step gives the same bits as without, and only the first one computes keys and values. */
    @ParameterizedTest
    @ValueSource(strings = {"unet-1", "unet-xl"})
    void aTextIsReadOnceForAllSteps(String name) {
        Compute compute = TinyUNet.compute(Precision.FP32);
        try (UNet unet = TinyUNet.build(name, Linears.plain(), compute);
                Arena owner = unet.step()) {
            Conditioning given = TinyUNet.conditioning(owner, unet.config());
            ReadText read = new ReadText(owner);
            for (double time : new double[] {981, 412, 7}) {
                List<Double> times = List.of(time, time);
                float[] anew = predicted(unet, owner, new Conditioning(times, given.text(), given.added()));
                int before = owner.live();
                Conditioning remembering = new Conditioning(times, given.text(), given.added(), read);
                assertThat(predicted(unet, owner, remembering)).containsExactly(anew);
                int arrays = owner.live() - before;
                assertThat(arrays > 0).as("%d arrays more at %s", arrays, time).isEqualTo(time == 981);
            }
        }
    }
}
