package org.moslora.examples.text;

/** In what a family of models counts where something lies in a picture. */
public enum BoxUnits {
    /** Pixels of the picture at the size at which the model sees it. */
    PIXELS,
    /** Thousandths of its width and height, whatever the size. */
    THOUSANDTHS,
    /** Nobody says. */
    UNSAID
}
