package org.moslora.llava.next;

import java.util.List;
import org.moslora.examples.image.PixelDefaults;
import org.moslora.examples.image.UprightSize;
import org.moslora.llava.ConfigReader;
import org.moslora.llava.LlavaConfig;
import org.moslora.llava.LlavaDefaults;
import org.moslora.llava.VisionConfig;
import org.moslora.llava.VisionConfigReader;
import org.moslora.llava.tiles.Resolutions;
import org.moslora.llava.tiles.TileGrid;
import org.moslora.llava.tiles.TiledConfig;
import org.moslora.multimodal.VisionFamily;
import org.moslora.tensors.ConfigSection;

/** LLaVA-NeXT, also known as LLaVA-1.6. */
public final class LlavaNextFamily implements VisionFamily {
    private static final List<UprightSize> USUAL = List.of(
            new UprightSize(336, 672),
            new UprightSize(672, 336),
            new UprightSize(672, 672),
            new UprightSize(1008, 336),
            new UprightSize(336, 1008));

    @Override
    public String modelType() {
        return "llava_next";
    }

    @Override
    public TiledConfig read(ConfigSection top) {
        VisionConfig vision = VisionConfigReader.read(top.section("vision_config"));
        LlavaConfig base = ConfigReader.shared(top, vision, LlavaDefaults.USUAL);
        if (!base.skipsClassToken()) {
            top.problem("vision_feature_select_strategy is \"full\", but a class token has no place among tiles;"
                    + " this program knows default");
        }
        List<UprightSize> resolutions = Resolutions.read(top, vision.imageSize(), USUAL);
        TileGrid grid = new TileGrid(vision.imageSize(), vision.imageSize() / vision.patchSize(), resolutions, 0);
        return new TiledConfig(modelType(), base, grid, false, PixelDefaults.CLIP);
    }
}
