package org.moslora.generation.batch;

import java.nio.file.Files;
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

    private final Path folder;
    private final boolean several;
    private final List<String> sheet = new ArrayList<>();
    private int written;

    /** @param pictures how many there are */
    Grids(Path folder, long pictures) {
        this.folder = folder;
        this.several = pictures > PICTURES;
    }

    /** Adds a picture, unless there is none of this name. */
    void add(String file) {
        if (Files.isRegularFile(folder.resolve(file))) {
            sheet.add(file);
        }
        if (sheet.size() == PICTURES) {
            finish();
        }
    }

    /** Writes the last sheet. */
    void finish() {
        if (sheet.isEmpty()) {
            return;
        }
        List<Picture> pictures = sheet.stream()
                .map(file -> PictureDecoder.decode(folder.resolve(file)))
                .toList();
        String name = several ? String.format(Locale.ROOT, "grid-%05d.png", written) : "grid.png";
        PngFile.write(folder.resolve(name), Grid.of(pictures, Grid.columnsFor(pictures.size())));
        written += sheet.size();
        sheet.clear();
    }
}
