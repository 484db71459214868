package org.moslora.examples.text;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes the objects of a row where tags stand for them, their places in what a model counts in, as ms-swift does.
 *
 * @param units in what the model counts; thousandths where nobody says
 * @param spelling of names and places
 * @param ofFile whether pixels are those of the file, rather than of the picture as the model sees it
 * @param sizes of a file's picture
 */
public record ObjectTags(BoxUnits units, ObjectSpelling spelling, boolean ofFile, Function<Path, Resizing> sizes) {
    private static final Pattern TAG =
            Pattern.compile(Pattern.quote(PictureObjects.NAME) + "|" + Pattern.quote(PictureObjects.BOX));
    private static final long WHOLE = 1000;

    /** A conversation whose objects are not null, in words. */
    Conversation written(Conversation conversation, Path folder) {
        return conversation.rewritten(new Filling(conversation, folder)::of);
    }

    /** Goes through texts and takes names and boxes by turns. */
    private final class Filling {
        private final Conversation conversation;
        private final Path folder;
        private final Iterator<String> names;
        private final Iterator<PictureObjects.Box> boxes;
        private final boolean shares;

        Filling(Conversation conversation, Path folder) {
            PictureObjects objects = Objects.requireNonNull(conversation.objects());
            this.conversation = conversation;
            this.folder = folder;
            this.names = objects.names().iterator();
            this.boxes = objects.boxes().iterator();
            this.shares = objects.shares();
        }

        String of(String text) {
            return TAG.matcher(text).replaceAll(tag -> Matcher.quoteReplacement(next(tag)));
        }

        private String next(MatchResult tag) {
            return tag.group().equals(PictureObjects.NAME) ? spelling.name(names.next()) : box(boxes.next());
        }

        private String box(PictureObjects.Box box) {
            Path file = folder.resolve(conversation.images().get(box.picture()));
            Resizing size = sizes.apply(file);
            List<Long> places = new ArrayList<>();
            for (int i = 0; i < box.places().size(); i++) {
                places.add(place(box.places().get(i), i % 2 == 1, size));
            }
            return spelling.box(places);
        }

        /** Rounded to even at a half, as Python does. */
        private long place(double at, boolean down, Resizing size) {
            int own = down ? size.file().height() : size.file().width();
            int seen = down ? size.seen().height() : size.seen().width();
            double from = shares ? 1 : ofFile ? own : seen;
            return (long) Math.rint(at / from * (units == BoxUnits.PIXELS ? seen : WHOLE));
        }
    }
}
