package org.moslora.quickstart.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.moslora.console.html.Html;

/** Pictures inside the page. */
final class Pictures {
    private Pictures() {}

    /** Puts a PNG file into the page. */
    static void add(Html html, Path png, String said) {
        html.empty("img", "src", "data:image/png;base64," + base64(png), "alt", said);
    }

    private static String base64(Path png) {
        try {
            return Base64.getEncoder().encodeToString(Files.readAllBytes(png));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
