package org.moslora.diffusion.unet;

import java.util.List;
import java.util.SortedMap;
import org.moslora.tensors.TensorShapes;

/** The one place that names a UNet's tensors, as diffusers spells them, with the shapes that a config gives. */
public final class UNetNames {
    /** What the paths of a UNet's linears and convolutions begin with; the names of its tensors lack it. */
    public static final String COMPONENT = "unet.";

    private UNetNames() {}

    /** Every tensor that a UNet of this config has, with its shape. */
    public static SortedMap<String, List<Long>> expected(UNetConfig config) {
        TensorShapes shapes = new TensorShapes();
        int first = config.levels().get(0).channels();
        int time = config.timeWidth();
        shapes.convolution("conv_in", first, config.inChannels(), 3);
        shapes.linear("time_embedding.linear_1", time, first, true);
        shapes.linear("time_embedding.linear_2", time, time, true);
        UNetConfig.Added added = config.added();
        if (added != null) {
            shapes.linear("add_embedding.linear_1", time, added.width(), true);
            shapes.linear("add_embedding.linear_2", time, time, true);
        }
        UNetLayout.of(config).forEach(step -> step.expect(config, shapes));
        shapes.norm("conv_norm_out", first);
        shapes.convolution("conv_out", config.outChannels(), first, 3);
        return shapes.all();
    }
}
