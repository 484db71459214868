package org.moslora.llava.onevision;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

/** LLaVA-OneVision. */
public final class LlavaOnevisionFamily implements VisionFamily {
    private static final LlavaDefaults USUAL = new LlavaDefaults(-1, "full", 151646);
    private static final int TILES = 6;
    private static final String LIMIT = "vision_aspect_ratio";
    private static final Pattern MOST = Pattern.compile("anyres_max_([1-9]\\d{0,4})");

    @Override
    public String modelType() {
        return "llava_onevision";
    }

    @Override
    public TiledConfig read(ConfigSection top) {
        VisionConfig vision = VisionConfigReader.siglip(top.section("vision_config"));
        LlavaConfig base = ConfigReader.shared(top, vision, USUAL);
        if (base.skipsClassToken()) {
            top.problem("vision_feature_select_strategy is \"default\", but this tower has no class token to leave out;"
                    + " this program knows full");
        }
        int side = vision.imageSize();
        List<UprightSize> resolutions = Resolutions.read(top, side, Resolutions.upTo(TILES, side));
        TileGrid grid = new TileGrid(side, side / vision.patchSize(), resolutions, most(top));
        return new TiledConfig(modelType(), base, grid, true, PixelDefaults.SIGLIP);
    }

    private static int most(ConfigSection top) {
        String said = top.text(LIMIT, "anyres_max_9");
        Matcher matcher = MOST.matcher(said);
        if (!matcher.matches()) {
            top.problem("%s is \"%s\"; this program knows anyres_max_N", LIMIT, said);
            return 1;
        }
        return Integer.parseInt(matcher.group(1));
    }
}
