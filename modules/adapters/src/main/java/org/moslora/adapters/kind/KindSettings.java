package org.moslora.adapters.kind;

/**
 * What single kinds have of their own; the others leave it unread.
 *
 * @param adalora ranks and schedule of AdaLoRA
 * @param lokr how LoKr splits its layers
 * @param moe how many experts MoE-LoRA has
 */
public record KindSettings(AdaLoraSettings adalora, LokrSettings lokr, MoeSettings moe) {
    /** What recipes have when they are silent. */
    public static final KindSettings DEFAULT =
            new KindSettings(AdaLoraSettings.DEFAULT, new LokrSettings(-1, false, false), new MoeSettings(4, 2));

    KindSettings with(MoeSettings other) {
        return new KindSettings(adalora, lokr, other);
    }
}
