package org.moslora.datasets.miniature.world;

/** What is on a thing's coat. */
public enum Pattern {
    PLAIN("nothing"),
    STRIPES("stripes"),
    SPOTS("spots");

    private final String word;

    Pattern(String word) {
        this.word = word;
    }

    /** How texts name it. */
    public String word() {
        return word;
    }
}
