package org.moslora.adapters;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the hub calls a model that lies somewhere on a disk. */
public final class HubNames {
    private static final Pattern CACHED = Pattern.compile("models--([\\w.-]+?)--([\\w.-]+)");
    private static final Pattern NAME = Pattern.compile("[\\w.-]+/[\\w.-]+");

    private HubNames() {}

    /** {@code ORG/NAME} where the path says so, as in the hub's cache; else the folder's name. */
    public static String of(String base) {
        Matcher cached = CACHED.matcher(base);
        if (cached.find()) {
            return cached.group(1) + "/" + cached.group(2);
        }
        if (NAME.matcher(base).matches() && !base.startsWith(".")) {
            return base;
        }
        Path name = Path.of(base).normalize().getFileName();
        return name == null ? base : name.toString();
    }
}
