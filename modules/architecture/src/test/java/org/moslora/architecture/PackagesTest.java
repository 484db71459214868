package org.moslora.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Every package opens with a paragraph that says what it is for, and holds no null unless it says so. */
final class PackagesTest {
    private static final int PARAGRAPH = 120;

    @Test
    void everyPackageIsDescribed() {
        Set<Path> folders = new TreeSet<>();
        House.sources().forEach(source -> folders.add(source.getParent()));
        assertThat(folders).isNotEmpty().allSatisfy(folder -> {
            Path info = folder.resolve("package-info.java");
            assertThat(Files.exists(info))
                    .as("package-info.java in " + House.name(folder))
                    .isTrue();
            String text = House.text(info);
            assertThat(text)
                    .as(House.name(info))
                    .startsWith("/**")
                    .contains("@NullMarked")
                    .contains("Start ");
            assertThat(text.indexOf("*/"))
                    .as("length of the paragraph in " + House.name(info))
                    .isGreaterThan(PARAGRAPH);
        });
    }

    /** The documentation tool refuses a package of which there are words alone. */
    @Test
    void everyPackageHasTypes() {
        Set<Path> described = new TreeSet<>();
        Set<Path> filled = new TreeSet<>();
        House.sources()
                .forEach(source -> (source.endsWith("package-info.java") ? described : filled).add(source.getParent()));
        described.removeAll(filled);
        assertThat(described)
                .as("packages without types; that of the rules is never documented")
                .allMatch(folder -> folder.endsWith("architecture"));
    }

    @Test
    void nothingIsLeftToDo() {
        assertThat(House.sources())
                .allSatisfy(source ->
                        assertThat(House.text(source)).as(House.name(source)).doesNotContain("TODO", "FIXME", "XXX"));
    }
}
