package org.moslora.studio.http;

import java.nio.charset.StandardCharsets;

/** What a file of somebody's is served as: its first bytes decide, and only pictures that have pixels are more than text. */
final class ServedKind {
    /** How many bytes {@link #of} looks at. */
    static final int HEAD = 16;

    private ServedKind() {}

    static String of(byte[] head) {
        String start = new String(head, StandardCharsets.ISO_8859_1);
        if (start.startsWith("\u0089PNG\r\n\u001a\n")) {
            return "image/png";
        } else if (start.startsWith("\u00ff\u00d8\u00ff")) {
            return "image/jpeg";
        } else if (start.startsWith("GIF87a") || start.startsWith("GIF89a")) {
            return "image/gif";
        } else if (start.startsWith("RIFF") && start.startsWith("WEBP", 8)) {
            return "image/webp";
        } else if (start.startsWith("BM")) {
            return "image/bmp";
        }
        return "text/plain; charset=utf-8";
    }
}
