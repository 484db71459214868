package org.moslora.console.recipe;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;

/** The text of a recipe file. */
final class RecipeFile {
    /** Recipes take kilobytes; whoever passes a data set or a model by mistake should hear so at once. */
    private static final int MOST_BYTES = 1 << 20;

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private RecipeFile() {}

    static String text(Path file) {
        byte[] bytes = bytes(file);
        if (bytes.length > MOST_BYTES) {
            throw new InvalidInput(file.toString(), "is larger than 1 MB; is it a recipe?");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        } catch (CharacterCodingException notText) {
            throw new InvalidInput(file.toString(), "is not UTF-8 text; is it a recipe?");
        }
    }

    private static byte[] bytes(Path file) {
        if (Files.isDirectory(file)) {
            throw new InvalidInput(file.toString(), "is a folder; a recipe is a YAML file");
        }
        try (InputStream in = InputFile.stream(file)) {
            return in.readNBytes(MOST_BYTES + 1);
        } catch (NoSuchFileException absent) {
            throw new InvalidInput(file.toString(), "there is no such recipe file");
        } catch (IOException unreadable) {
            throw new InvalidInput(file.toString(), "cannot be read: " + unreadable);
        }
    }
}
