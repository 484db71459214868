package org.moslora.examples.text;

import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Boxes and points that texts say of pictures: {@code <box>}, JSON's {@code bbox_2d} and {@code point_2d}, Qwen's
 * {@code <|box_start|>} and {@code <point x y>}. One belongs to the picture that is shown last before it, or, where none is,
 * to the first.
 */
public final class Boxes {
    /** They stay as they are written. */
    public static final Boxes AS_WRITTEN = new Boxes(null, null);

    private static final double WHOLE = 1000;

    private final @Nullable Function<Path, Resizing> resizing;
    private final @Nullable ObjectTags objects;

    private Boxes(@Nullable Function<Path, Resizing> resizing, @Nullable ObjectTags objects) {
        this.resizing = resizing;
        this.objects = objects;
    }

    /** They move with their pictures, from the size of a file to that at which a model sees it. */
    public static Boxes moved(Function<Path, Resizing> resizing) {
        return new Boxes(resizing, null);
    }

    /** The same, and objects beside texts are written where tags stand for them. */
    public Boxes with(ObjectTags tags) {
        return new Boxes(resizing, tags);
    }

    /** How many a conversation with pictures says; 0 without. */
    public static int count(Conversation conversation) {
        return conversation.images().isEmpty()
                ? 0
                : conversation.turns().stream()
                        .mapToInt(turn -> BoxPattern.count(turn.text()) + BoxPattern.count(turn.input()))
                        .sum();
    }

    /** Whether a coordinate is no thousandth of a picture. */
    public static boolean anyAboveThousand(Conversation conversation) {
        boolean[] any = {false};
        each(conversation, (picture, down, number) -> {
            any[0] |= Double.parseDouble(number) > WHOLE;
            return number;
        });
        return any[0];
    }

    /** The first picture of whose file a box says what lies outside of it; null if none does. */
    public static @Nullable String outside(Conversation conversation, Function<String, Resizing> sizes) {
        String[] first = {null};
        each(conversation, (picture, down, number) -> {
            String name = conversation.images().get(picture);
            if (first[0] == null && sizes.apply(name).isOutside(down, number)) {
                first[0] = name;
            }
            return number;
        });
        return first[0];
    }

    /** The conversation as a model is shown it. */
    Conversation placed(Conversation given, Path folder) {
        Conversation conversation = moved(given, folder);
        return objects == null || conversation.objects() == null ? conversation : objects.written(conversation, folder);
    }

    private Conversation moved(Conversation conversation, Path folder) {
        Function<Path, Resizing> sizes = resizing;
        if (sizes == null || count(conversation) == 0) {
            return conversation;
        }
        return each(
                conversation,
                (picture, down, number) -> sizes.apply(
                                folder.resolve(conversation.images().get(picture)))
                        .moved(down, number));
    }

    /** What becomes of a coordinate in a picture. */
    @FunctionalInterface
    private interface Place {
        String of(int picture, boolean down, String number);
    }

    private static Conversation each(Conversation conversation, Place place) {
        int pictures = conversation.images().size();
        if (pictures == 0) {
            return conversation;
        }
        int[] shown = {0};
        return conversation.rewritten(text -> {
            int before = shown[0];
            shown[0] += Conversation.tags(text);
            return BoxPattern.replaced(text, (at, down, number) -> {
                int last = before + Conversation.tags(text.substring(0, at)) - 1;
                return place.of(Math.max(0, Math.min(last, pictures - 1)), down, number);
            });
        });
    }
}
