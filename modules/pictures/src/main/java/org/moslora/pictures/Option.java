package org.moslora.pictures;

import com.google.gson.JsonElement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InvalidInput;

/**
 * One thing that can be asked besides the prompt, by the name that it has as an option and as a key.
 *
 * @param <T> what its values are
 */
public final class Option<T> {
    /** What is not to be seen. */
    public static final Option<String> NEGATIVE = new Option<>("negative", "n", OptionValues.TEXT);
    /** Seed of the first picture. */
    public static final Option<Long> SEED = new Option<>("seed", "d", OptionValues.whole(0, Long.MAX_VALUE));
    /** Pictures of each prompt. */
    public static final Option<Long> IMAGES = new Option<>("images", null, OptionValues.whole(1, 1_000_000));
    /** Steps of the scheduler. */
    public static final Option<Long> STEPS = new Option<>("steps", "s", OptionValues.whole(1, 100_000));
    /** Scale of classifier-free guidance. */
    public static final Option<Double> GUIDANCE = new Option<>("guidance", "l", OptionValues.number(0, 1000));
    /** Scale of classifier-free guidance of models that are told another one. */
    public static final Option<Double> TRUE_GUIDANCE =
            new Option<>("true-guidance", null, OptionValues.number(0, 1000));
    /** Scheduler by its name on the command line. */
    public static final Option<String> SCHEDULER = new Option<>("scheduler", null, OptionValues.TEXT);
    /** Width in pixels. */
    public static final Option<Long> WIDTH = new Option<>("width", "w", OptionValues.SIDE);
    /** Height in pixels. */
    public static final Option<Long> HEIGHT = new Option<>("height", "h", OptionValues.SIDE);
    /** Picture to start from. */
    public static final Option<String> IMAGE = new Option<>("image", null, OptionValues.FILE);
    /** How much of that picture is given up, above 0 and at most 1. */
    public static final Option<Double> STRENGTH =
            new Option<>("strength", "t", OptionValues.number(Double.MIN_VALUE, 1));
    /** Layers of the text encoder that are left out at its end. */
    public static final Option<Long> CLIP_SKIP = new Option<>("clip-skip", null, OptionValues.whole(0, 100));
    /** Tokens of a text that count, where a model lets choose. */
    public static final Option<Long> TEXT_LENGTH = new Option<>("text-length", null, OptionValues.whole(1, 100_000));
    /** Adapters, in order. */
    public static final Option<List<AdapterUse>> ADAPTERS = new Option<>("adapters", null, OptionValues.ADAPTERS);

    private static final List<Option<?>> ALL = List.of(
            NEGATIVE,
            SEED,
            IMAGES,
            STEPS,
            GUIDANCE,
            TRUE_GUIDANCE,
            SCHEDULER,
            WIDTH,
            HEIGHT,
            IMAGE,
            STRENGTH,
            CLIP_SKIP,
            TEXT_LENGTH,
            ADAPTERS);

    private final String name;
    private final @Nullable String flag;
    private final OptionValues<T> values;

    private Option(String name, @Nullable String flag, OptionValues<T> values) {
        this.name = name;
        this.flag = flag;
        this.values = values;
    }

    /** Every one, in the order in which they are written. */
    public static List<Option<?>> all() {
        return ALL;
    }

    /** How the command line and JSON spell it. */
    public String name() {
        return name;
    }

    /** The letter of its flag in prompt files, or null. */
    @Nullable
    String flag() {
        return flag;
    }

    /**
     * A value from a text.
     *
     * @param where the file and line, or nothing, for the message, which names the option itself
     * @throws InvalidInput if it is none
     */
    public T parse(String where, String text) {
        return checked(where, text, values.fromText().apply(text));
    }

    /** A value from JSON; see {@link #parse(String, String)}. */
    public T parse(String where, JsonElement json) {
        return checked(where, json, values.fromJson().apply(json));
    }

    private T checked(String where, Object given, @Nullable T value) {
        if (value == null) {
            throw new InvalidInput(where, name + " must be " + values.rule() + ", got " + given);
        }
        return value;
    }

    JsonElement toJson(Object value) {
        return values.toJson(value);
    }

    @Override
    public String toString() {
        return name;
    }
}
