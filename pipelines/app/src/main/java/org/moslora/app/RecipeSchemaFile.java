package org.moslora.app;

import java.nio.file.Files;
import java.nio.file.Path;

/** The schema that the launcher leaves beside the program, which editors read. */
final class RecipeSchemaFile {
    /** Set by launchers. */
    private static final String PROPERTY = "moslora.schema";

    private RecipeSchemaFile() {}

    /** A comment by which editors find it; nothing where there is none. */
    static String comment() {
        String file = System.getProperty(PROPERTY, "");
        return file.isEmpty() || !Files.isRegularFile(Path.of(file))
                ? ""
                : "# yaml-language-server: $schema=" + Path.of(file).toUri() + "\n";
    }
}
