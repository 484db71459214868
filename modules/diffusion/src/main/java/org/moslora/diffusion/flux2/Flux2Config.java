package org.moslora.diffusion.flux2;

import java.util.List;
import org.moslora.tensors.ConfigSection;

/**
 * The shape of FLUX.2's transformer.
 *
 * @param channels of the latents, packed two by two
 * @param doubles blocks with weights of their own for text and picture
 * @param singles blocks over both
 * @param heads of attention
 * @param headWidth entries of a head
 * @param textWidth of the text's states
 * @param timeWidth of the time's sinusoid
 * @param ratio width of the feed-forward part over that of the stream
 * @param theta base of the positions' angles
 * @param axes entries of a head that turn by the frame, the row, the column, the token
 */
public record Flux2Config(
        int channels,
        int doubles,
        int singles,
        int heads,
        int headWidth,
        int textWidth,
        int timeWidth,
        double ratio,
        double theta,
        List<Integer> axes) {
    private static final double EPSILON = 1e-6;

    /** Copies the list. */
    public Flux2Config {
        axes = List.copyOf(axes);
    }

    /**
     * Reads {@code transformer/config.json} with the class's defaults; whatever this program does not compute becomes a
     * problem of the section.
     */
    public static Flux2Config read(ConfigSection given) {
        given.mustBe("_class_name", "\"Flux2Transformer2DModel\"");
        given.mustBe("patch_size", "1");
        double epsilon = given.number("eps", EPSILON);
        if (epsilon != EPSILON) {
            given.problem("eps is %s; this program computes only %s", epsilon, EPSILON);
        }
        if (given.flag("guidance_embeds", true)) {
            given.problem("guidance_embeds is true, as in FLUX.2 dev; this program computes klein, which has none");
        }
        int channels = given.size("in_channels", 128);
        given.mustBe("out_channels", Integer.toString(channels));
        int width = given.size("attention_head_dim", 128);
        List<Integer> axes = given.sizes("axes_dims_rope", List.of(32, 32, 32, 32));
        if (axes.size() != 4
                || axes.stream().mapToInt(Integer::intValue).sum() != width
                || axes.stream().anyMatch(axis -> axis % 2 != 0)) {
            given.problem(
                    "axes_dims_rope %s must be four even numbers that add up to attention_head_dim %d", axes, width);
        }
        return new Flux2Config(
                channels,
                given.blocks("num_layers", 8),
                given.blocks("num_single_layers", 48),
                given.size("num_attention_heads", 48),
                width,
                given.size("joint_attention_dim", 15360),
                given.size("timestep_guidance_channels", 256),
                given.number("mlp_ratio", 3.0),
                given.number("rope_theta", 2000),
                axes);
    }

    /** Width of the stream. */
    public int width() {
        return heads * headWidth;
    }

    /** Width inside the feed-forward part. */
    public int inner() {
        return (int) (width() * ratio);
    }
}
