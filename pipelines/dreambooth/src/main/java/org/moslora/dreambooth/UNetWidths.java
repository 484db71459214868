package org.moslora.dreambooth;

import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moslora.diffusion.folder.Component;
import org.moslora.layers.Site;

/** What a UNet's layers keep for the way back, by their widths and by how many places their level has. */
final class UNetWidths {
    private static final Pattern LEVEL = Pattern.compile("\\b(down|up)_blocks\\.(\\d+)\\.");

    private UNetWidths() {}

    /** Numbers for each place of the UNet's input. */
    static double sum(Collection<Site> sites) {
        int levels = 1 + sites.stream().mapToInt(UNetWidths::number).max().orElse(0);
        return sites.stream()
                .filter(site -> !site.path().startsWith(Component.TEXT_ENCODER.folder()))
                .mapToDouble(site -> of(site, levels))
                .sum();
    }

    /** Every level has a quarter of the places of the one before; what reads text or time has none. */
    private static double of(Site site, int levels) {
        String path = site.path();
        if (path.contains("time_emb") || path.endsWith("attn2.to_k") || path.endsWith("attn2.to_v")) {
            return 0;
        }
        boolean up = path.contains("up_blocks.");
        boolean middle = path.contains("mid_block.");
        int level = middle || up ? levels - 1 - number(site) : number(site);
        long width = site.isConvolution() ? site.downShape(1)[1] : site.inputs();
        // A gated feed-forward keeps both halves before the gate, too.
        long gated = path.contains("ff.net.0.") ? site.outputs() : 0;
        return (width + gated) / Math.pow(4, level);
    }

    private static int number(Site site) {
        Matcher level = LEVEL.matcher(site.path());
        return level.find() ? Integer.parseInt(level.group(2)) : 0;
    }
}
