package org.moslora.datasets.miniature.world;

/** How a scene is laid out. */
public enum Style {
    /** One big thing with a dark outline, for image generation. */
    PORTRAIT,
    /** One to four smaller things on a grid of nine cells, for questions. */
    GRID
}
