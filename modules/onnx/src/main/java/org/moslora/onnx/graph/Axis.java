package org.moslora.onnx.graph;

/**
 * One axis of a value: a number, or a name for what only a run knows.
 *
 * @param size the number; negative where there is none
 * @param name the name; empty where there is a number
 */
public record Axis(long size, String name) {
    private static final String UNKNOWN = "?";

    /** An axis of a known size. */
    public static Axis of(long size) {
        return new Axis(size, "");
    }

    /** An axis whose size a run decides; axes of one name are equal. */
    public static Axis free(String name) {
        return new Axis(-1, name);
    }

    /** An axis of which nothing is known. */
    public static Axis unknown() {
        return free(UNKNOWN);
    }

    /** Whether its size is known. */
    public boolean isFixed() {
        return size >= 0;
    }

    /** Whether both can be of one size. */
    boolean fits(Axis other) {
        return !isFixed() || !other.isFixed() || size == other.size;
    }

    /** What two axes give when one of them may be repeated. */
    Axis broadcast(Axis other) {
        if (size == 1) {
            return other;
        }
        return other.size == 1 || isFixed() ? this : other;
    }

    @Override
    public String toString() {
        return isFixed() ? Long.toString(size) : name;
    }
}
