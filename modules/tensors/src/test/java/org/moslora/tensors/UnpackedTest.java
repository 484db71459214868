package org.moslora.tensors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What lies in an archive lies whole on the disk, whatever was there before. */
class UnpackedTest {
    private static final byte[] CODE = new byte[100_000];

    @TempDir
    Path folder;

    private final List<String> told = new ArrayList<>();
    private Map<String, Unpacked.Source> files = Map.of();
    private Path into = Path.of("");

    @BeforeEach
    void archive() throws IOException {
        Arrays.fill(CODE, (byte) 7);
        Path jar = folder.resolve("natives.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (String name : List.of("liba.so", "libb.so")) {
                zip.putNextEntry(new ZipEntry("native/" + name));
                zip.write(CODE);
                zip.closeEntry();
            }
        }
        files = Map.of("liba.so", source(jar, "liba.so"), "libb.so", source(jar, "libb.so"));
        into = folder.resolve("cache/1.0");
    }

    private static Unpacked.Source source(Path jar, String name) {
        return () ->
                URI.create("jar:" + jar.toUri() + "!/native/" + name).toURL().openStream();
    }

    @Test
    void aFolderThatIsNotThereIsMade() throws IOException {
        Unpacked.into(into, files, told::add);
        mustBeWhole();
        assertThat(told).isEmpty();
        assertThat(names(into.getParent())).containsExactlyInAnyOrder("1.0", "1.0.lock");
        Unpacked.into(into, files, told::add);
        assertThat(told).isEmpty();
    }

    @Test
    void whatWasCutOffOrChangedIsUnpackedAnewAndSaid() throws IOException {
        Unpacked.into(into, files, told::add);
        Files.write(into.resolve("liba.so"), Arrays.copyOf(CODE, 50_000));
        Unpacked.into(into, files, told::add);
        mustBeWhole();
        assertThat(told).singleElement().asString().contains("liba.so", "cut off");
        byte[] changed = CODE.clone();
        changed[3]++;
        Files.write(into.resolve("libb.so"), changed);
        Files.setLastModifiedTime(
                into.resolve("libb.so"), FileTime.from(Instant.now().plusSeconds(5)));
        Files.delete(into.resolve("liba.so"));
        Unpacked.into(into, files, told::add);
        mustBeWhole();
        assertThat(told).hasSize(2).last().asString().contains("libb.so");
    }

    @Test
    void whatAnotherProgramUnpackedIsCheckedBeforeItIsTaken() throws IOException {
        Files.createDirectories(into);
        Files.write(into.resolve("liba.so"), CODE);
        Files.write(into.resolve("libb.so"), new byte[CODE.length]);
        Files.createDirectories(folder.resolve("cache/1.0.unpacking/old"));
        Unpacked.into(into, files, told::add);
        mustBeWhole();
        assertThat(told).singleElement().asString().contains("libb.so");
        assertThat(folder.resolve("cache/1.0.unpacking")).doesNotExist();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void onlyLeftoversOfTheDeadAreRemoved() throws Exception {
        Path dead = leftover("tmp1");
        Path written = leftover("tmp2");
        Files.writeString(written.resolve("libc.so"), "just now");
        Path open = leftover("tmp3");
        Path other = leftover("mine");
        Process holder = new ProcessBuilder("sleep", "60")
                .redirectInput(open.resolve("libc.so").toFile())
                .start();
        try {
            Leftovers.remove(folder, Pattern.compile("tmp[0-9]+"));
            assertThat(dead).doesNotExist();
            assertThat(List.of(written, open, other)).allMatch(Files::exists);
        } finally {
            holder.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        Leftovers.remove(folder, Pattern.compile("tmp[0-9]+"));
        assertThat(open).doesNotExist();
    }

    private Path leftover(String name) throws IOException {
        Path left = Files.createDirectories(folder.resolve(name));
        Path file = Files.writeString(left.resolve("libc.so"), "half");
        FileTime then = FileTime.from(Instant.now().minusSeconds(3600));
        Files.setLastModifiedTime(file, then);
        Files.setLastModifiedTime(left, then);
        return left;
    }

    private void mustBeWhole() {
        assertThat(into.resolve("liba.so")).hasBinaryContent(CODE);
        assertThat(into.resolve("libb.so")).hasBinaryContent(CODE);
    }

    private static List<String> names(Path path) throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }
}
