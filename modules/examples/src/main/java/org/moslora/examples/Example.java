package org.moslora.examples;

import java.util.List;
import org.moslora.examples.image.PictureInput;
import org.moslora.examples.text.Encoded;
import org.moslora.examples.text.ShownPicture;
import org.moslora.problems.InvalidInput;

/**
 * One conversation, ready to be learnt from.
 *
 * @param encoded its tokens and labels
 * @param pixels each picture as the tower takes it, channel by channel, in the order of their tokens
 */
public record Example(Encoded encoded, List<PictureInput> pixels) {
    public Example {
        pixels = List.copyOf(pixels);
        if (pixels.size() != encoded.images().size()) {
            throw new IllegalArgumentException(encoded.id() + ": " + pixels.size() + " pictures for "
                    + encoded.images().size());
        }
        for (int i = 0; i < pixels.size(); i++) {
            ShownPicture shown = encoded.images().get(i);
            if (shown.tokens() != pixels.get(i).tokens()) {
                throw new InvalidInput(
                        "conversation " + encoded.id(),
                        String.format(
                                "has %d tokens for picture %s by its file's header, but decoded it gives %d; is the"
                                        + " file damaged, or was it changed meanwhile?",
                                shown.tokens(), shown.file(), pixels.get(i).tokens()));
            }
        }
    }
}
