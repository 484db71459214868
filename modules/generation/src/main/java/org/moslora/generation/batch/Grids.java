package org.moslora.generation.batch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.moslora.examples.image.Picture;
import org.moslora.examples.image.PictureDecoder;
import org.moslora.pictures.Grid;
import org.moslora.pictures.PngFile;

/** All pictures of a call side by side; many of them on several sheets. */
final class Grids {
    private static final int PICTURES = 64;

    private Grids() {}

    static void write(Path folder, List<String> files) {
        for (int from = 0; from < files.size(); from += PICTURES) {
            List<Picture> pictures = new ArrayList<>();
            for (String file : files.subList(from, Math.min(files.size(), from + PICTURES))) {
                pictures.add(PictureDecoder.decode(folder.resolve(file)));
            }
            String name = files.size() <= PICTURES ? "grid.png" : String.format(Locale.ROOT, "grid-%05d.png", from);
            PngFile.write(folder.resolve(name), Grid.of(pictures, Grid.columnsFor(pictures.size())));
        }
    }
}
