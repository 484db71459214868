package org.moslora.examples.image;

import java.nio.file.Path;
import java.util.List;
import org.moslora.problems.InvalidInput;

/**
 * What a CLIP tower's pictures go through, as transformers' CLIPImageProcessor does it in its Pillow form: resized on
 * bytes, cut to the middle, scaled, normalised.
 *
 * @param resize whether to resize at all
 * @param shortestEdge the length in pixels that the shorter side gets; 0 if {@code width} and {@code height} hold
 * @param width both sides' lengths after resizing, whatever the shape
 * @param height see width
 * @param filter how to resample
 * @param crop whether to cut out the middle
 * @param cropWidth its size; a smaller picture gets zeros around it
 * @param cropHeight see cropWidth
 * @param rescale what bytes are multiplied by, in float64; 0 leaves them as they are
 * @param normalize whether to subtract the mean and divide by the deviation, in float32
 * @param mean of red, green and blue; also the colour of the padding
 * @param std standard deviation of red, green and blue
 */
public record ClipPreprocessing(
        boolean resize,
        int shortestEdge,
        int width,
        int height,
        ResizeFilter filter,
        boolean crop,
        int cropWidth,
        int cropHeight,
        double rescale,
        boolean normalize,
        List<Double> mean,
        List<Double> std) {
    public ClipPreprocessing {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
    }

    /**
     * Reads a preprocessor_config.json; what it leaves out takes CLIP's defaults.
     *
     * @param file the file, or the folder that holds it
     * @throws InvalidInput if it is missing, unreadable, or asks for what is not supported, by name
     */
    public static ClipPreprocessing read(Path file) {
        return read(file, PixelDefaults.CLIP);
    }

    /** The same; what it leaves out is another processor's. */
    public static ClipPreprocessing read(Path file, PixelDefaults usual) {
        return PreprocessorFile.read(file, usual);
    }

    /** CLIP's own settings for a square tower input of this many pixels. */
    public static ClipPreprocessing ofSide(int side) {
        return of(PixelDefaults.CLIP.ofSide(side));
    }

    /** The settings of a processor whose file is silent. */
    public static ClipPreprocessing of(PixelDefaults usual) {
        int side = usual.side();
        int free = usual.crops() ? 0 : side;
        return new ClipPreprocessing(
                true,
                usual.crops() ? side : 0,
                free,
                free,
                ResizeFilter.BICUBIC,
                usual.crops(),
                side,
                side,
                1 / 255.0,
                true,
                usual.mean(),
                usual.std());
    }

    /**
     * Refuses settings that give pictures of another size than a tower takes.
     *
     * @param where the file that they are from
     */
    public void mustGive(int side, String where) {
        if (outputWidth() != side || outputHeight() != side) {
            throw new InvalidInput(
                    where,
                    "gives pictures of " + outputWidth() + "x" + outputHeight() + ", but the tower takes " + side + "x"
                            + side);
        }
    }

    /** Width in pixels of what {@link #pixels} gives. */
    public int outputWidth() {
        return crop ? cropWidth : Math.max(width, shortestEdge);
    }

    /** Height in pixels of what {@link #pixels} gives. */
    public int outputHeight() {
        return crop ? cropHeight : Math.max(height, shortestEdge);
    }

    /**
     * The tower's input for a picture file.
     *
     * @return as of {@link #pixels(Picture, ImageAspect)}
     * @throws InvalidInput naming the file, if it cannot be decoded or resized
     */
    public float[] pixels(Path file, ImageAspect aspect) {
        Picture picture = PictureDecoder.decode(file);
        try {
            return pixels(picture, aspect);
        } catch (InvalidInput unnamed) {
            throw new InvalidInput(file.toString(), unnamed.problems().get(0).toString());
        } catch (OutOfMemoryError full) {
            throw new InvalidInput(
                    file.toString(), "needs more memory to be resized than this run has: shrink it, or raise -Xmx");
        }
    }

    /**
     * The tower's input for a decoded picture.
     *
     * @return 3 × outputHeight × outputWidth numbers, channel by channel, the values of transformers bit for bit
     * @throws InvalidInput if the picture is too long a strip to be resized, or if the settings would leave pictures of
     *     different sizes
     */
    public float[] pixels(Picture picture, ImageAspect aspect) {
        Canvas canvas = aspect == ImageAspect.PAD ? Canvas.square(picture, fill()) : Canvas.bare(picture);
        long wide = canvas.width();
        long high = canvas.height();
        if (resize && shortestEdge > 0) {
            long shorter = Math.min(wide, high);
            wide = wide <= high ? shortestEdge : shortestEdge * wide / shorter;
            high = canvas.width() <= canvas.height() ? shortestEdge * high / shorter : shortestEdge;
        } else if (resize) {
            wide = width;
            high = height;
        }
        if (!crop && resize && shortestEdge > 0 && wide != high) {
            throw new InvalidInput(
                    "do_center_crop",
                    "is false, and pictures of " + wide + " x " + high
                            + " are left: a tower takes one size; pad them (image_aspect: pad), or turn it on");
        }
        if (wide > Integer.MAX_VALUE || high > Integer.MAX_VALUE) {
            throw new InvalidInput(
                    "picture", "of " + canvas.width() + " x " + canvas.height() + " is too long a strip");
        }
        return cut(canvas, (int) wide, (int) high);
    }

    private float[] cut(Canvas canvas, int wide, int high) {
        Span across = Span.of(wide, crop ? cropWidth : wide);
        Span down = Span.of(high, crop ? cropHeight : high);
        PillowResize.Window part =
                new PillowResize.Window(across.source(), down.source(), across.length(), down.length());
        byte[] rgb = PillowResize.window(canvas, wide, high, filter, part);
        float[][] table = table();
        int width = across.whole();
        int plane = width * down.whole();
        float[] pixels = new float[3 * plane];
        for (int channel = 0; channel < 3; channel++) {
            float[] value = table[channel];
            java.util.Arrays.fill(pixels, channel * plane, (channel + 1) * plane, value[0]);
            for (int y = 0, i = channel; y < down.length(); y++) {
                int o = channel * plane + (down.target() + y) * width + across.target();
                for (int x = 0; x < across.length(); x++, i += 3) {
                    pixels[o + x] = value[rgb[i] & 0xff];
                }
            }
        }
        return pixels;
    }

    /** The same colours for pictures that are squeezed into a square, whatever their shape. */
    public ClipPreprocessing squeezed(int side) {
        return new ClipPreprocessing(true, 0, side, side, filter, false, side, side, rescale, normalize, mean, std);
    }

    /** The values of a picture as it is, channel by channel. */
    public float[] values(Picture picture) {
        float[][] table = table();
        int plane = picture.width() * picture.height();
        float[] values = new float[3 * plane];
        for (int channel = 0; channel < 3; channel++) {
            for (int i = 0; i < plane; i++) {
                values[channel * plane + i] = table[channel][picture.rgb()[3 * i + channel] & 0xff];
            }
        }
        return values;
    }

    private int[] fill() {
        return mean.stream().mapToInt(value -> (int) (255 * value)).toArray();
    }

    /** The value of every byte in every channel: float64 product, then float32 differences, as numpy computes them. */
    private float[][] table() {
        float[][] table = new float[3][256];
        for (int channel = 0; channel < 3; channel++) {
            float center = mean.get(channel).floatValue();
            float spread = std.get(channel).floatValue();
            for (int value = 0; value < 256; value++) {
                float scaled = rescale == 0 ? value : (float) (value * rescale);
                table[channel][value] = normalize ? (scaled - center) / spread : scaled;
            }
        }
        return table;
    }

    /**
     * Along one side: what of the resized picture is kept, and where it lies in the result.
     *
     * @param source where the kept part starts
     * @param target where it goes
     * @param length how long it is
     * @param whole the result's length
     */
    private record Span(int source, int target, int length, int whole) {
        /** transformers' center_crop: an odd pixel of cutting goes off the end, one of padding comes first. */
        static Span of(int size, int wanted) {
            return size >= wanted
                    ? new Span((size - wanted) / 2, 0, wanted, wanted)
                    : new Span(0, (wanted - size + 1) / 2, size, wanted);
        }
    }
}
