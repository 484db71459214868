package org.moslora.datasets.miniature.paint;

/**
 * Where in a picture a thing is, in shares of the side.
 *
 * @param left its least x
 * @param top its least y, above a hat
 * @param right its largest x
 * @param bottom its largest y
 */
public record Frame(double left, double top, double right, double bottom) {
    /** Whether a place lies in it. */
    public boolean holds(double x, double y) {
        return x >= left && x <= right && y >= top && y <= bottom;
    }
}
