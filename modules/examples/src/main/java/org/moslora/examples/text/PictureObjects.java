package org.moslora.examples.text;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a row says of its pictures beside its texts, where tags stand for it in order, as ms-swift has it.
 *
 * @param names what each {@code <ref-object>} stands for
 * @param boxes what each {@code <bbox>} stands for
 * @param shares whether boxes are shares of a picture's width and height, rather than pixels
 */
public record PictureObjects(List<String> names, List<Box> boxes, boolean shares) {
    /** What stands for a name in a text. */
    public static final String NAME = "<ref-object>";
    /** What stands for a box. */
    public static final String BOX = "<bbox>";

    /** Copies the lists. */
    public PictureObjects {
        names = List.copyOf(names);
        boxes = List.copyOf(boxes);
    }

    /**
     * A point of a picture, or two corners.
     *
     * @param picture which of the row's it lies in
     * @param places x and y by turns
     */
    public record Box(int picture, List<Double> places) {
        /** Copies the list. */
        public Box {
            places = List.copyOf(places);
        }
    }

    /** The first picture outside of which a box lies; null if none does. */
    public @Nullable String outside(Conversation conversation, Function<String, Resizing> sizes) {
        for (Box box : boxes) {
            String name = conversation.images().get(box.picture());
            Resizing size = sizes.apply(name);
            for (int i = 0; i < box.places().size(); i++) {
                double most = shares
                        ? 1
                        : i % 2 == 0 ? size.file().width() : size.file().height();
                if (box.places().get(i) < 0 || box.places().get(i) > most) {
                    return name;
                }
            }
        }
        return null;
    }
}
