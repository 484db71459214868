package org.moslora.datasets.miniature.paint;

import org.moslora.datasets.miniature.paint.Glyph.Eyes;
import org.moslora.datasets.miniature.paint.Glyph.Hat;
import org.moslora.datasets.miniature.paint.Glyph.Neck;
import org.moslora.datasets.miniature.world.ThingKind;

/** The one place that knows how each kind is drawn. */
final class Glyphs {
    private Glyphs() {}

    static Glyph of(ThingKind kind) {
        return switch (kind) {
            case CAT ->
                faced(
                        Animals::cat,
                        new Hat(0, -0.66, 0.44),
                        new Neck(0, 0.26, 0.44, 0),
                        new Eyes(0, -0.24, 0.27, 0.22));
            case DOG ->
                faced(
                        Animals::dog,
                        new Hat(0.42, -0.64, 0.4),
                        new Neck(0.36, 0.14, 0.3, 12),
                        new Eyes(0.62, -0.4, 0.2, 0.18));
            case BIRD ->
                faced(
                        Animals::bird,
                        new Hat(-0.42, -0.72, 0.4),
                        new Neck(-0.42, 0.06, 0.42, 8),
                        new Eyes(-0.56, -0.38, 0.19, 0.18));
            case FISH ->
                faced(
                        Animals::fish,
                        new Hat(-0.4, -0.44, 0.42),
                        new Neck(-0.3, 0.12, 0.6, 90),
                        new Eyes(-0.7, -0.04, 0.2, 0.19));
            case ROBOT ->
                faced(
                        Objects::robot,
                        new Hat(0, -0.74, 0.46),
                        new Neck(0, 0.08, 0.46, 0),
                        new Eyes(0, -0.4, 0.25, 0.22));
            case HOUSE -> plain(Objects::house, new Hat(0, -0.84, 0.46));
            case TREE -> plain(Objects::tree, new Hat(0, -0.9, 0.46));
            case FLOWER -> plain(Objects::flower, new Hat(0, -0.9, 0.44));
            case CAR -> plain(Objects::car, new Hat(0, -0.42, 0.46));
            case BOAT -> plain(Objects::boat, new Hat(0, -0.92, 0.42));
            case CUP -> plain(Objects::cup, new Hat(-0.1, -0.5, 0.56));
            case BALL -> plain(Objects::ball, new Hat(0, -0.62, 0.5));
            case AXOLOTL ->
                faced(
                        Newcomers::axolotl,
                        new Hat(0, -0.58, 0.44),
                        new Neck(0, 0.26, 0.4, 0),
                        new Eyes(0, -0.3, 0.32, 0.22));
            case TURTLE ->
                faced(
                        Newcomers::turtle,
                        new Hat(0.84, -0.14, 0.34),
                        new Neck(0.64, 0.5, 0.24, 20),
                        new Eyes(0.86, 0.02, 0.17, 0.16));
            case MUSHROOM -> plain(Newcomers::mushroom, new Hat(0, -0.8, 0.46));
            case UMBRELLA -> plain(Newcomers::umbrella, new Hat(0, -0.84, 0.44));
            case ROCKET -> plain(Newcomers::rocket, new Hat(0, -0.9, 0.38));
        };
    }

    private static Glyph faced(Glyph.Drawing drawing, Hat hat, Neck neck, Eyes eyes) {
        return new Glyph(drawing, hat, neck, eyes);
    }

    private static Glyph plain(Glyph.Drawing drawing, Hat hat) {
        return new Glyph(drawing, hat, null, null);
    }
}
