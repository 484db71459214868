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
 * @param learning how it is taught where nothing is said
 */
public record FamilyTraits(
        double guidance,
        double strength,
        GuidanceRule rule,
        int patch,
        Sides most,
        TextLength text,
        Learning learning) {
    /** Of a family that is taught as the scripts of most do it. */
    public FamilyTraits(double guidance, double strength, GuidanceRule rule, int patch, Sides most, TextLength text) {
        this(guidance, strength, rule, patch, most, text, new Learning(text.usual(), false, "none", false));
    }

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
     * How a model of flow matching is taught where nothing is said.
     *
     * @param textLength tokens of a text that count
     * @param posterior whether latents are drawn from what the autoencoder gives, and not its mean
     * @param weighting how noise levels are drawn and weighed
     * @param precondition whether it is the clean picture that an answer is compared by
     */
    public record Learning(int textLength, boolean posterior, String weighting, boolean precondition) {}

    /**
     * What a scale of guidance means.
     *
     * @param above from which scale on a negative prompt is asked for
     * @param added to the scale, to make the weight of n + w·(p − n)
     * @param distilled whether the model was made to do without
     * @param embedding what of it the model is told
     */
    public record GuidanceRule(double above, double added, boolean distilled, Embedding embedding) {
        /** The rule of most families. */
        public static final GuidanceRule USUAL = new GuidanceRule(1, 0, false);

        /** Whether models are told the scale. */
        public enum Embedding {
            /** No model of the family. */
            NEVER,
            /** This one, while another scale is that of negative prompts. */
            TOLD,
            /** Others of the family, but not this one. */
            LACKING
        }

        /** The rule of a model that is told nothing. */
        public GuidanceRule(double above, double added, boolean distilled) {
            this(above, added, distilled, Embedding.NEVER);
        }

        /** Of a family whose models are told the scale, but for some. */
        public static GuidanceRule embedded(boolean told) {
            return new GuidanceRule(1, 0, false, told ? Embedding.TOLD : Embedding.LACKING);
        }

        /** What a scale comes to, beside the one of a negative prompt where both are asked. */
        public Guidance of(double scale, double negative) {
            return embedding == Embedding.NEVER ? of(scale) : new Guidance(negative > above ? negative : 1, scale);
        }

        /** What a scale comes to. */
        public Guidance of(double scale) {
            if (embedding != Embedding.NEVER) {
                return new Guidance(1, scale);
            }
            return Guidance.free(!distilled && scale > above ? scale + added : 1);
        }
    }

    /** Of models with a UNet; Stable Diffusion XL has other settings. */
    public static FamilyTraits unet(boolean xl) {
        return new FamilyTraits(xl ? 5.0 : 7.5, xl ? 0.3 : 0.8, GuidanceRule.USUAL, 1, Sides.any(), TextLength.FIXED);
    }
}
