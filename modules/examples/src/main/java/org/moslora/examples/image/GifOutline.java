package org.moslora.examples.image;

import org.jspecify.annotations.Nullable;

/**
 * The blocks of a GIF file, walked without decoding.
 *
 * @param width of the screen, widened where the first frame sticks out of it, as Pillow widens it
 * @param height the same way
 * @param first where the first frame lies and how it is coloured, null if there is no whole frame
 * @param frames how many whole frames there are
 */
record GifOutline(int width, int height, @Nullable Frame first, int frames) {
    /**
     * A frame.
     *
     * @param left its offset on the screen, in pixels
     * @param top its offset on the screen, in pixels
     * @param palette where its colours start in the file, three bytes each; −1 without any
     * @param colours how many there are
     * @param transparent the index that means no colour, −1 without one
     */
    record Frame(int left, int top, int palette, int colours, int transparent) {}

    static GifOutline read(byte[] file) {
        return file.length < 13 ? new GifOutline(0, 0, null, 0) : new Walk(file).run();
    }

    private static final class Walk {
        private final byte[] file;
        private int at = 13;
        private int transparent = -1;
        private int width;
        private int height;

        Walk(byte[] file) {
            this.file = file;
            this.width = word(6);
            this.height = word(8);
        }

        GifOutline run() {
            int colours = colours(file[10]);
            int palette = colours == 0 ? -1 : at;
            at += 3 * colours;
            Frame first = null;
            int frames = 0;
            while (at < file.length) {
                int block = file[at++] & 0xff;
                if (block == 0x2c) {
                    if (frames == 0) {
                        widen();
                    }
                    Frame frame = frame(palette, colours);
                    if (frame == null) {
                        break;
                    }
                    first = first == null ? frame : first;
                    frames++;
                } else if (block != 0x21 || !extension()) {
                    break;
                }
            }
            return new GifOutline(width, height, first, frames);
        }

        private void widen() {
            if (at + 8 <= file.length) {
                width = Math.max(width, word(at) + word(at + 4));
                height = Math.max(height, word(at + 2) + word(at + 6));
            }
        }

        private @Nullable Frame frame(int screenPalette, int screenColours) {
            if (at + 10 > file.length) {
                return null;
            }
            int left = word(at);
            int top = word(at + 2);
            int own = colours(file[at + 8]);
            int palette = own > 0 ? at + 9 : screenPalette;
            at += 9 + 3 * own + 1;
            Frame frame = new Frame(left, top, palette, own > 0 ? own : screenColours, transparent);
            transparent = -1;
            return skipBlocks() ? frame : null;
        }

        private boolean extension() {
            if (at + 6 < file.length && (file[at] & 0xff) == 0xf9 && (file[at + 2] & 1) == 1) {
                transparent = file[at + 5] & 0xff;
            }
            at++;
            return skipBlocks();
        }

        private boolean skipBlocks() {
            while (at < file.length) {
                int length = file[at] & 0xff;
                at += 1 + length;
                if (length == 0) {
                    return true;
                }
            }
            return false;
        }

        private static int colours(byte flags) {
            return (flags & 0x80) == 0 ? 0 : 2 << (flags & 7);
        }

        private int word(int offset) {
            return (file[offset] & 0xff) | ((file[offset + 1] & 0xff) << 8);
        }
    }
}
