package org.moslora.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that grows, is cut and comes anew while it is read. */
final class AddedLinesTest {
    @TempDir
    Path folder;

    /** What was heard since the last look, each line with its place. */
    private static final class Heard implements AddedLines.Reader {
        private final List<String> lines = new ArrayList<>();

        @Override
        public void anew() {
            lines.add("anew");
        }

        @Override
        public void line(byte[] bytes, int from, int to, long offset) {
            lines.add(offset + " " + new String(bytes, from, to - from, StandardCharsets.UTF_8));
        }
    }

    private static List<String> read(AddedLines added) throws IOException {
        Heard heard = new Heard();
        added.read(heard);
        return heard.lines;
    }

    @Test
    void onlyWhatCameIsReadAndALineWaitsForItsEnd() throws IOException {
        Path file = folder.resolve("log");
        AddedLines added = new AddedLines(file);
        assertThat(read(added)).isEmpty();
        Files.writeString(file, "one\ntwo\nthr");
        assertThat(read(added)).containsExactly("0 one", "4 two");
        assertThat(read(added)).isEmpty();
        Files.writeString(file, "ee\n\nfour\n", StandardOpenOption.APPEND);
        assertThat(read(added)).containsExactly("8 three", "14 ", "15 four");
    }

    @Test
    void whatWasCutOrReplacedOrIsGoneIsReadAnew() throws IOException {
        Path file = folder.resolve("log");
        Files.writeString(file, "one\ntwo\n");
        AddedLines added = new AddedLines(file);
        read(added);
        Files.writeString(file, "one\n");
        assertThat(read(added)).containsExactly("anew", "0 one");
        Path other = folder.resolve("other");
        Files.writeString(other, "longer than before\n");
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        assertThat(read(added)).containsExactly("anew", "0 longer than before");
        Files.delete(file);
        assertThat(read(added)).containsExactly("anew");
        Files.writeString(file, "back\n");
        assertThat(read(added)).containsExactly("0 back");
    }

    @Test
    void aLineLongerThanAnyThatARunWritesIsPassedOver() throws IOException {
        Path file = folder.resolve("log");
        String most = "x".repeat((1 << 20) - 1);
        Files.writeString(file, "one\n" + most + "\n" + most + "yy");
        AddedLines added = new AddedLines(file);
        assertThat(read(added)).hasSize(2).contains("0 one");
        assertThat(read(added)).isEmpty();
        Files.writeString(file, "more\ntwo\n", StandardOpenOption.APPEND);
        assertThat(read(added)).hasSize(1).allSatisfy(line -> assertThat(line).endsWith(" two"));
    }
}
