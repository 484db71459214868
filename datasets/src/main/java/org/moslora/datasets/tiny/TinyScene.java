package org.moslora.datasets.tiny;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * One picture: a shape on a ground.
 *
 * @param hue of the shape
 * @param figure the shape
 * @param ground behind it
 * @param left of its box, as a share of the picture's side, like the two that follow
 * @param top of its box
 * @param side of its box
 */
record TinyScene(TinyColour hue, Figure figure, Color ground, double left, double top, double side) {
    private static final List<Color> GROUNDS =
            List.of(new Color(0xe8e8e8), new Color(0xd8e4f0), new Color(0xf0e0d0), new Color(0xdcecd8));

    /** So many scenes, every colour with every shape equally often, in random order. */
    static List<TinyScene> draw(Random random, int count) {
        List<TinyScene> scenes = new ArrayList<>();
        while (scenes.size() < count) {
            List<TinyScene> round = new ArrayList<>();
            for (TinyColour hue : TinyColour.values()) {
                for (Figure figure : Figure.values()) {
                    round.add(of(random, hue, figure));
                }
            }
            Collections.shuffle(round, random);
            scenes.addAll(round.subList(0, Math.min(round.size(), count - scenes.size())));
        }
        return scenes;
    }

    private static TinyScene of(Random random, TinyColour hue, Figure figure) {
        double side = 0.6 + 0.2 * random.nextDouble();
        return new TinyScene(
                hue,
                figure,
                GROUNDS.get(random.nextInt(GROUNDS.size())),
                place(random, side),
                place(random, side),
                side);
    }

    /** Near the middle: a few pictures teach a shape that stays in place, but not one that wanders. */
    private static double place(Random random, double side) {
        return (1 - side) / 2 + 0.1 * (random.nextDouble() - 0.5);
    }

    /** The picture as a PNG file. */
    byte[] png(int pixels) throws IOException {
        BufferedImage image = new BufferedImage(pixels, pixels, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(ground);
        graphics.fillRect(0, 0, pixels, pixels);
        graphics.setColor(hue.color());
        graphics.fill(figure.outline(left * pixels, top * pixels, side * pixels));
        graphics.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }
}
