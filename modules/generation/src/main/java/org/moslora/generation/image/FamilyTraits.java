package org.moslora.generation.image;

/**
 * What is usual with a family of models, as in diffusers.
 *
 * @param guidance where nothing is said
 * @param strength how much of a picture to start from is given up where nothing is said
 * @param rule what a scale of guidance means
 * @param patch latents of a side that make one token
 * @param most pixels that the sides of a picture may have
 * @param text tokens of a text
 */
public record FamilyTraits(
        double guidance, double strength, GuidanceRule rule, int patch, Sides most, TextLength text) {
    private static final Sides ANY = new Sides(Integer.MAX_VALUE, Integer.MAX_VALUE);

    /** Width and height. */
    public record Sides(int width, int height) {
        /** Any picture. */
        public static Sides any() {
            return ANY;
        }
    }

    /**
     * How many tokens of a text count.
     *
     * @param usual where nothing is said; 0 where it cannot be chosen
     * @param most that can be chosen
     */
    public record TextLength(int usual, int most) {
        /** Where it cannot be chosen. */
        public static final TextLength FIXED = new TextLength(0, 0);

        /** Whether it can be chosen. */
        public boolean isFree() {
            return most > 0;
        }
    }

    /**
     * What a scale of guidance means.
     *
     * @param above from which scale on a negative prompt is asked for
     * @param added to the scale, to make the weight of n + w·(p − n)
     * @param distilled whether the model was made to do without
     */
    public record GuidanceRule(double above, double added, boolean distilled) {
        /** The rule of most families. */
        public static final GuidanceRule USUAL = new GuidanceRule(1, 0, false);

        /** What a scale comes to. */
        public Guidance of(double scale) {
            return Guidance.free(!distilled && scale > above ? scale + added : 1);
        }
    }

    /** Of models with a UNet; Stable Diffusion XL has other settings. */
    public static FamilyTraits unet(boolean xl) {
        return new FamilyTraits(
                xl ? 5.0 : 7.5, xl ? 0.3 : 0.8, GuidanceRule.USUAL, 1, Sides.any(), TextLength.FIXED);
    }
}
