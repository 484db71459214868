package org.moslora.onnx.language;

import org.moslora.llama.Rope;

/** Frequencies of rotary positions (Su et al. 2021, arXiv:2104.09864), in the float arithmetic of the reference. */
final class RotaryAngles {
    private RotaryAngles() {}

    /** The angle that each pair of a head turns by from one position to the next, [width / 2]. */
    static float[] of(Rope rope, int width) {
        float[] turns = new float[width / 2];
        for (int i = 0; i < turns.length; i++) {
            float power = (float) Math.pow(rope.theta(), (float) (2 * i) / width);
            turns[i] = scaled(rope, 1 / power);
        }
        return turns;
    }

    private static float scaled(Rope rope, float turn) {
        return switch (rope.kind()) {
            case "linear" -> turn / setting(rope, 0);
            case "llama3" -> stretched(rope, turn);
            default -> turn;
        };
    }

    /** Llama 3's: long waves are stretched, short ones not, those between somewhat. */
    private static float stretched(Rope rope, float turn) {
        float factor = setting(rope, 0);
        float low = setting(rope, 1);
        float high = setting(rope, 2);
        float original = setting(rope, 3);
        float wave = (float) (2 * Math.PI) / turn;
        if (wave > original / low) {
            return turn / factor;
        }
        if (wave < original / high) {
            return turn;
        }
        float smooth = (original / wave - low) / (high - low);
        return (1 - smooth) * turn / factor + smooth * turn;
    }

    private static float setting(Rope rope, int index) {
        return rope.settings().get(index).floatValue();
    }
}
