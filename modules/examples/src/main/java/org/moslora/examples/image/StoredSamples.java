package org.moslora.examples.image;

import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The samples of a picture as they are stored, before any conversion of colour, through the JDK's readers: what
 * OpenCV converts too coarsely (four inks), mixes with its alpha (TIFF) or does not read at all (GIF).
 */
final class StoredSamples {
    private StoredSamples() {}

    /**
     * The raster of the first picture of a file, or null if the JDK cannot decode it.
     *
     * @param format the JDK's name of the format
     */
    static @Nullable Raster read(byte[] file, String format) {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
        ImageReader reader = readers.next();
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            reader.setInput(in);
            return reader.canReadRaster()
                    ? reader.readRaster(0, null)
                    : reader.read(0).getRaster();
        } catch (IOException | RuntimeException undecodable) {
            return null; // the JDK's readers answer damage with all kinds of exceptions
        } finally {
            reader.dispose();
        }
    }
}
