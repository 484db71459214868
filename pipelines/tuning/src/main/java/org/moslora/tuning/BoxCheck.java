package org.moslora.tuning;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.moslora.datasets.ConversationRow;
import org.moslora.datasets.ConversationRows;
import org.moslora.datasets.Finding;
import org.moslora.datasets.Severity;
import org.moslora.examples.image.UprightSize;
import org.moslora.examples.text.BoxHandling;
import org.moslora.examples.text.BoxUnits;
import org.moslora.examples.text.Boxes;
import org.moslora.examples.text.Conversation;
import org.moslora.examples.text.PictureObjects;
import org.moslora.examples.text.Resizing;
import org.moslora.problems.Messages;

/**
 * What becomes of the boxes that rows say of their pictures, told before any training.
 *
 * @param units in what the model counts
 * @param handling what becomes of boxes where these are pixels
 * @param sizes of the picture of a name
 */
record BoxCheck(BoxUnits units, BoxHandling handling, Function<String, Resizing> sizes) {
    void tell(ConversationRows read, Messages messages) {
        List<PictureObjects> objects = read.rows().stream()
                .flatMap(row -> Stream.ofNullable(row.conversation().objects()))
                .toList();
        if (!objects.isEmpty()) {
            messages.tell(String.format(
                    Locale.ROOT,
                    "objects beside texts: %,d boxes in %,d rows; they are written where their tags stand, in %s",
                    objects.stream().mapToInt(one -> one.boxes().size()).sum(),
                    objects.size(),
                    units == BoxUnits.PIXELS
                            ? "pixels of the size at which the model sees their pictures"
                            : "thousandths of their pictures' width and height"));
        }
        int boxes = 0;
        int rows = 0;
        for (ConversationRow row : read.rows()) {
            int here = Boxes.count(row.conversation());
            boxes += here;
            rows += here > 0 ? 1 : 0;
        }
        if (boxes > 0) {
            messages.tell(String.format(
                    Locale.ROOT, "boxes and points in texts: %,d in %,d rows; they %s", boxes, rows, handled()));
        }
    }

    private String handled() {
        return switch (units) {
            case PIXELS ->
                handling == BoxHandling.MOVED
                        ? "move with their pictures, from pixels of the file to those of the size at which the model"
                                + " sees it; data.boxes=as-written leaves them where they are"
                        : "stay as written, in pixels of the size at which the model sees their pictures, as"
                                + " data.boxes says";
            case THOUSANDTHS -> "stay as written: this model counts thousandths of a picture's width and height";
            case UNSAID -> "stay as written: nobody says in what this model counts";
        };
    }

    /** Rows whose boxes cannot be what the model counts in. */
    List<Finding> odd(ConversationRows read, Collection<Conversation> usable) {
        return read.rows().stream()
                .filter(row -> says(row.conversation()) && usable.contains(row.conversation()))
                .flatMap(row -> odd(row).stream())
                .toList();
    }

    private static boolean says(Conversation conversation) {
        return conversation.objects() != null || Boxes.count(conversation) > 0;
    }

    private Optional<Finding> odd(ConversationRow row) {
        Conversation conversation = row.conversation();
        String message = switch (units) {
            case PIXELS -> outside(conversation);
            case THOUSANDTHS -> beyond(conversation);
            case UNSAID -> null;
        };
        return Optional.ofNullable(message == null ? astray(conversation) : message)
                .map(said -> new Finding(row.at(), conversation.id(), Severity.WARNING, "box-units", said));
    }

    private static @Nullable String beyond(Conversation conversation) {
        return Boxes.anyAboveThousand(conversation)
                ? "has a box with a coordinate above 1000, and this model counts thousandths of a picture; is it in"
                        + " pixels?"
                : null;
    }

    private @Nullable String astray(Conversation conversation) {
        PictureObjects objects = conversation.objects();
        String name = objects == null ? null : objects.outside(conversation, this::written);
        if (name == null) {
            return null;
        }
        UprightSize size = written(name).file();
        return String.format(
                Locale.ROOT,
                "has a bbox in objects that lies outside of %s, which is %d x %d; its coordinates are %s, as bbox_type"
                        + " says",
                name,
                size.width(),
                size.height(),
                Objects.requireNonNull(objects).shares() ? "shares of width and height" : "pixels");
    }

    private @Nullable String outside(Conversation conversation) {
        String name = Boxes.outside(conversation, this::written);
        if (name == null) {
            return null;
        }
        Resizing size = sizes.apply(name);
        String place = String.format(
                Locale.ROOT,
                "has a box outside of %s, which is %d x %d and seen at %d x %d",
                name,
                size.file().width(),
                size.file().height(),
                size.seen().width(),
                size.seen().height());
        return place
                + (handling == BoxHandling.MOVED
                        ? "; is it in thousandths, or in pixels of the resized picture (data.boxes=as-written)?"
                        : "; is it in pixels of the file (data.boxes=moved), or in thousandths?");
    }

    /** The picture in whose pixels boxes are written, as if it were its file. */
    private Resizing written(String name) {
        Resizing size = sizes.apply(name);
        return handling == BoxHandling.MOVED ? size : new Resizing(size.seen(), size.seen());
    }
}
