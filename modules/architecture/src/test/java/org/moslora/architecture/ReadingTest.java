package org.moslora.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Files that a user may have put anything in place of are opened by {@code InputFile}, which refuses what never ends or
 * never begins.
 */
final class ReadingTest {
    private static final Pattern OPENING = Pattern.compile(
            "\\bFiles\\.(readString|readAllLines|readAllBytes|lines|newBufferedReader|newInputStream)\\(");

    /** What reads the system's own files, or what this process has just written where nobody else writes. */
    private static final Set<String> OWN = Set.of(
            "InputFile",
            "ProcessInfo",
            "Memory",
            "AvailableMemory",
            "IdleMemory",
            "IdleThreads",
            "Holder",
            "Living",
            "OneDnn",
            "archive/Distribution",
            "Unpacked",
            "report/Pictures");

    @Test
    void whatAUserNamesIsOpenedInOnePlace() {
        List<String> others = House.sources().stream()
                .filter(source -> !House.name(source).startsWith("samples/"))
                .filter(source -> OPENING.matcher(House.text(source)).find())
                .filter(source -> OWN.stream().noneMatch(own -> isNamed(source, own)))
                .map(House::name)
                .toList();
        assertThat(others).as("open files by InputFile").isEmpty();
    }

    private static boolean isNamed(Path source, String name) {
        return source.toString().endsWith("/" + name + ".java");
    }
}
