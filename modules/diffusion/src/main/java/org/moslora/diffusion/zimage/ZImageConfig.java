package org.moslora.diffusion.zimage;

import java.util.List;
import org.moslora.tensors.ConfigSection;

/**
 * The shape of Z-Image's transformer.
 *
 * @param channels of the latents
 * @param width of the stream
 * @param layers blocks over picture and caption
 * @param refiners blocks over each of them alone, before
 * @param heads of attention
 * @param epsilon of the RMS norms but those of heads
 * @param textWidth of the caption's states
 * @param theta base of the positions' angles
 * @param scale what times from 0 to 1 are multiplied by
 * @param axes entries of a head that turn by the frame or token, the row, the column
 * @param lengths positions that each axis has
 */
public record ZImageConfig(
        int channels,
        int width,
        int layers,
        int refiners,
        int heads,
        double epsilon,
        int textWidth,
        double theta,
        double scale,
        List<Integer> axes,
        List<Integer> lengths) {
    /** Latents of a side that make a token. */
    public static final int PATCH = 2;
    /** Rows of picture and of caption are filled up to multiples of this. */
    public static final int MULTIPLE = 32;
    /** Of the norms of queries and keys, which no config sets. */
    public static final double HEAD_EPSILON = 1e-5;

    /** Copies the lists. */
    public ZImageConfig {
        axes = List.copyOf(axes);
        lengths = List.copyOf(lengths);
    }

    /**
     * Reads {@code transformer/config.json} with the class's defaults; whatever this program does not compute becomes a
     * problem of the section.
     */
    public static ZImageConfig read(ConfigSection given) {
        given.mustBe("_class_name", "\"ZImageTransformer2DModel\"");
        given.mustBe("all_patch_size", "[2]");
        given.mustBe("all_f_patch_size", "[1]");
        given.mustBe("qk_norm", "true");
        given.mustBeAbsent("siglip_feat_dim");
        int width = given.size("dim", 3840);
        int heads = given.size("n_heads", 30);
        List<Integer> axes = given.sizes("axes_dims", List.of(32, 48, 48));
        List<Integer> lengths = given.sizes("axes_lens", List.of(1024, 512, 512));
        if (axes.size() != 3 || lengths.size() != 3) {
            given.problem("axes_dims %s and axes_lens %s must have three entries each", axes, lengths);
        } else if (width % heads != 0
                || axes.stream().mapToInt(Integer::intValue).sum() != width / heads
                || axes.stream().anyMatch(axis -> axis % 2 != 0)) {
            given.problem(
                    "axes_dims %s must be even and add up to the width of a head, dim %d / n_heads %d",
                    axes, width, heads);
        }
        return new ZImageConfig(
                given.size("in_channels", 16),
                width,
                given.blocks("n_layers", 30),
                given.blocks("n_refiner_layers", 2),
                heads,
                given.number("norm_eps", 1e-5),
                given.size("cap_feat_dim", 2560),
                given.number("rope_theta", 256),
                given.number("t_scale", 1000),
                axes,
                lengths);
    }

    /** Width of the time's embedding. */
    public int timeWidth() {
        return Math.min(width, 256);
    }

    /** Width inside the feed-forward part. */
    public int inner() {
        return (int) (width / 3.0 * 8);
    }

    /** Entries of a patch. */
    public int patchWidth() {
        return PATCH * PATCH * channels;
    }

    int headWidth() {
        return width / heads;
    }

    /** Rows that fill a stream of so many up. */
    static int filling(int rows) {
        return Math.floorMod(-rows, MULTIPLE);
    }
}
