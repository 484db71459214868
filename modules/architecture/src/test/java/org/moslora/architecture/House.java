package org.moslora.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The repository as the rules see it: its folders, its sources and its compiled classes. */
final class House {
    /** The strata, each of which may depend on those before it. */
    static final List<String> STRATA = List.of("modules", "datasets", "pipelines", "samples");

    /** The repository's root. */
    static final Path ROOT = Path.of(System.getProperty("moslora.root", "../.."))
            .toAbsolutePath()
            .normalize();

    /** Everything of ours that is not a test. */
    static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.moslora");

    private House() {}

    /** All main sources. */
    static List<Path> sources() {
        return STRATA.stream().flatMap(stratum -> sources(stratum).stream()).toList();
    }

    /** The main sources of a stratum, or of one module of it. */
    static List<Path> sources(String folder) {
        return files(ROOT.resolve(folder)).stream()
                .filter(path -> path.toString().endsWith(".java"))
                .filter(path -> path.toString().contains("/src/main/java/"))
                .toList();
    }

    /** The packages of a stratum, or of one module of it. */
    static Set<String> packages(String folder) {
        Set<String> packages = new TreeSet<>();
        for (Path source : sources(folder)) {
            String path = source.getParent().toString();
            packages.add(path.substring(path.indexOf("/src/main/java/") + "/src/main/java/".length())
                    .replace('/', '.'));
        }
        return packages;
    }

    /** All files below a folder but what builds leave. */
    static List<Path> files(Path folder) {
        try (Stream<Path> found = Files.walk(folder)) {
            return found.filter(Files::isRegularFile)
                    .filter(path -> !ROOT.relativize(path).toString().contains("target/"))
                    .sorted()
                    .toList();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** A file's text. */
    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** How a file is named in messages. */
    static String name(Path file) {
        return ROOT.relativize(file).toString();
    }
}
