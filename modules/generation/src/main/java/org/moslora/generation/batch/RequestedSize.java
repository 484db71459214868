package org.moslora.generation.batch;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.moslora.examples.image.Picture;
import org.moslora.examples.image.PictureDecoder;
import org.moslora.generation.image.FamilyTraits;
import org.moslora.generation.image.PictureTraits;
import org.moslora.pictures.Option;
import org.moslora.pictures.Options;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;

/** The size of a picture: what was asked, else that of the picture to start from, else the model's own. */
final class RequestedSize {
    private static final int REMEMBERED = 1000;

    private final int factor;
    private final int side;
    private final FamilyTraits.Sides most;
    private final Map<Path, Size> known = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Size> eldest) {
            return size() > REMEMBERED;
        }
    };

    private record Size(int width, int height) {}

    RequestedSize(PictureTraits model) {
        this.factor = model.multiple();
        this.most = model.family().most();
        this.side = model.side();
    }

    /** @throws InvalidInput if a side is no multiple of the model's, or the picture to start from cannot be read */
    Options fill(Options options) {
        Size natural = options.get(Option.IMAGE)
                .map(file -> known.computeIfAbsent(Path.of(file), this::sizeOf))
                .orElse(new Size(side, side));
        Options filled = options.with(Option.WIDTH, options.get(Option.WIDTH, (long) natural.width()))
                .with(Option.HEIGHT, options.get(Option.HEIGHT, (long) natural.height()));
        Problems problems = new Problems();
        check(filled, Option.WIDTH, most.width(), problems);
        check(filled, Option.HEIGHT, most.height(), problems);
        problems.throwIfAny();
        return filled;
    }

    private void check(Options options, Option<Long> option, int most, Problems problems) {
        long pixels = options.get(option, 0L);
        if (pixels < factor || pixels % factor != 0) {
            problems.add(
                    FieldName.of(option.name()), "must be a multiple of %d with this model, got %d", factor, pixels);
        } else if (pixels > most) {
            problems.add(FieldName.of(option.name()), "must be at most %d with this model, got %d", most, pixels);
        }
    }

    private Size sizeOf(Path file) {
        Picture picture = PictureDecoder.decode(file);
        Size size = new Size(picture.width() / factor * factor, picture.height() / factor * factor);
        if (size.width() == 0 || size.height() == 0) {
            throw new InvalidInput(
                    file.toString(),
                    "is " + picture.width() + "x" + picture.height() + ", but the model needs " + factor
                            + " pixels a side at least");
        }
        return size;
    }
}
