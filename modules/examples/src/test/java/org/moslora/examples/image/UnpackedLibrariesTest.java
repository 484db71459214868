package org.moslora.examples.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Native libraries are unpacked as a whole or not at all, once, and mended where they were cut off. */
final class UnpackedLibrariesTest {
    private static final String ROOT = "/org/moslora/examples/image/";
    private static final List<String> NAMES = List.of("OpenCvPixels.class", "OpenCvLibrary.class");

    @TempDir
    private Path cache;

    private List<Path> unpacked() {
        return UnpackedLibraries.in(cache, "opencv", ROOT, NAMES);
    }

    @Test
    void filesAreUnpackedOnceAndMended() throws IOException {
        List<Path> files = unpacked();
        assertThat(files).extracting(file -> file.getFileName().toString()).isEqualTo(NAMES);
        byte[] whole = Files.readAllBytes(files.get(0));
        assertThat(whole).isNotEmpty();
        Object first = Files.getAttribute(files.get(0), "unix:ino");
        assertThat(unpacked()).isEqualTo(files);
        assertThat(Files.getAttribute(files.get(0), "unix:ino")).isEqualTo(first);
        Files.write(files.get(0), new byte[] {1, 2, 3});
        assertThat(unpacked().get(0)).hasBinaryContent(whole);
        Files.delete(files.get(1));
        assertThat(unpacked()).allMatch(Files::exists);
    }

    @Test
    void whatAKilledProcessLeftIsReplaced() throws IOException {
        Path partial = Files.createDirectories(cache.resolve("opencv.unpacking"));
        Files.write(partial.resolve("OpenCvPixels.class"), new byte[] {1});
        assertThat(unpacked()).allMatch(Files::exists);
        try (Stream<Path> left = Files.list(cache)) {
            assertThat(left).extracting(path -> path.getFileName().toString()).containsOnly("opencv", "opencv.lock");
        }
    }

    @Test
    void theDecoderIsUnpackedIntoTheCache() {
        OpenCvLibrary.load();
        assertThat(System.getProperty("org.bytedeco.javacpp.nopointergc")).isEqualTo("true");
    }
}
