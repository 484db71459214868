package org.moslora.studio.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;

/** The program's own script, styles and chart library, under addresses that change with what they hold. */
public final class Assets {
    private static final String FOLDER = "/org/moslora/studio/assets/";
    private static final Map<String, String> TYPES = Map.of(
            "studio.css", "text/css; charset=utf-8",
            "studio.js", "text/javascript; charset=utf-8",
            "icon.svg", "image/svg+xml",
            "uplot.css", "text/css; charset=utf-8",
            "uplot.js", "text/javascript; charset=utf-8",
            "uplot.LICENSE", "text/plain; charset=utf-8");
    private static final Map<String, byte[]> READ = new TreeMap<>();

    static {
        TYPES.keySet().forEach(name -> READ.put(name, read(name)));
    }

    private Assets() {}

    private static byte[] read(String name) {
        try (InputStream in = Assets.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks its own " + name);
            }
            return in.readAllBytes();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Where one is. */
    public static String address(String name) {
        CRC32 sum = new CRC32();
        sum.update(READ.getOrDefault(name, new byte[0]));
        return "/assets/" + Long.toHexString(sum.getValue()) + "/" + name;
    }

    /** Answers with one. */
    public static void answer(Exchange exchange) throws IOException {
        exchange.mustRead();
        String name = exchange.steps().get(exchange.steps().size() - 1);
        byte[] bytes = READ.get(name);
        String type = TYPES.get(name);
        if (bytes == null || type == null || exchange.steps().size() != 3) {
            throw Refusal.notFound();
        }
        exchange.asset(type, bytes);
    }
}
