package org.moslora.console.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.NotFinite;

/** How fast work is, how it is told on a terminal or none, and what the program answers when it ends. */
class RateTest {
    private long now;

    @AfterEach
    void forget() {
        StopRequest.attending(() -> StopRequest.make(0));
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void steadyWorkHasItsRateHoweverFineItIsCounted() {
        for (int each : new int[] {1, 40, 1000}) {
            Rate rate = new Rate(() -> now);
            for (int i = 0; i < 5000; i++) {
                pass(Duration.ofMillis(each));
                rate.add(0.003 * each);
            }
            assertThat(rate.perSecond()).isCloseTo(3, within(1e-9));
        }
    }

    @Test
    void aPauseIsForgottenAfterHalfAMinuteAndOneLongStepIsNot() {
        Rate rate = new Rate(() -> now);
        pass(Duration.ofHours(2));
        rate.add(1);
        assertThat(rate.perSecond()).isCloseTo(1 / 7200.0, within(1e-12));
        for (int i = 0; i < 32; i++) {
            pass(Duration.ofSeconds(1));
            rate.add(5);
        }
        assertThat(rate.perSecond()).isCloseTo(5, within(1e-9));
    }

    @Test
    void beforeAnythingIsDoneAndWhereNoTimePassesThereIsNoRate() {
        Rate rate = new Rate(() -> now);
        assertThat(rate.perSecond()).isZero();
        rate.add(7);
        assertThat(rate.perSecond()).isZero();
    }

    private String shown(java.util.function.Function<PrintStream, TerminalLines> way, long total, String columns) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        try (Progress progress = new Progress("picture", total, way.apply(out), () -> now, Optional::empty)) {
            for (int i = 1; i <= 3; i++) {
                pass(Duration.ofSeconds(1));
                progress.step(i, columns);
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** The window may be as narrow as it likes: wrapping is off while a line is drawn, and on again after it. */
    @Test
    void aLineOnATerminalNeverWrapsAndLeavesTheTerminalAsItWas() {
        String text = shown(TerminalLines.Terminal::new, 3, "x".repeat(500));
        List<String> drawn = List.of(text.split("\r\033\\[K"));
        assertThat(drawn.subList(1, drawn.size()))
                .allSatisfy(
                        line -> assertThat(line.strip()).startsWith("\033[?7l").endsWith("\033[?7h"));
        assertThat(text).endsWith("\n");
        assertThat(text.chars().filter(character -> character == '\n').count()).isEqualTo(1);
    }

    @Test
    void withoutATerminalThereIsNothingButLines() {
        String text = shown(TerminalLines.Log::new, 0, " loss 1 ");
        assertThat(text.lines()).containsExactly("picture       1  loss 1", "picture       3  loss 1");
        assertThat(shown(out -> new TerminalLines.Silence(), 3, "x")).isEmpty();
    }

    /** A prompt that holds what moves a cursor moves none. */
    @Test
    void whatAModelSaysDrawsNothing() {
        String text = shown(TerminalLines.Terminal::new, 3, "said \033[2J\u0007\u202e");
        assertThat(text).doesNotContain("\033[2J", "\u0007", "\u202e").contains("\\u001b[2J\\u0007\\u202e");
    }

    /** Whatever is written in whatever pieces, the same comes out, with no control in it. */
    @Test
    void textIsShownTheSameInWhateverPieces() {
        Random random = new Random(5);
        int[] odd = {
            0, 7, 27, 0x7f, 0x85, 0x9f, 0xa0, 0xe9, 0x2027, 0x2028, 0x202e, 0x202f, 0x2066, 0x206a, 0x20ac, 0x1F600
        };
        for (int round = 0; round < 200; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 12; i++) {
                text.appendCodePoint(odd[random.nextInt(odd.length)]).append((char) ('a' + i));
            }
            String shown = Visible.text(text.toString());
            StringBuilder pieces = new StringBuilder();
            text.codePoints().forEach(one -> pieces.append(Visible.text(Character.toString(one))));
            assertThat(shown).isEqualTo(pieces.toString());
            assertThat(shown.codePoints())
                    .noneMatch(one -> Character.isISOControl(one) || one == 0x202e || one == 0x2028);
            assertThat(shown.replaceAll("\\\\u....", ""))
                    .isEqualTo(text.toString().replaceAll("[\\p{Cntrl}\\u0085\\u009f\\u2028\\u202e\\u2066]", ""));
        }
    }

    @Test
    void whoeverAttendsIsLeftToEndAndTheShellHearsOfTheSignal() {
        List<Boolean> attended = new ArrayList<>();
        assertThat(StopRequest.exitCode(1)).isEqualTo(1);
        StopRequest.attending(() -> StopRequest.attending(() -> attended.add(StopRequest.make(2))));
        assertThat(attended).containsExactly(true);
        assertThat(StopRequest.isMade()).isTrue();
        assertThat(StopRequest.isEnding()).isFalse();
        assertThat(StopRequest.exitCode(1)).isEqualTo(130);
        assertThat(StopRequest.make(15)).as("nobody attends any more").isFalse();
        assertThat(StopRequest.isEnding()).isTrue();
        assertThat(StopRequest.exitCode(0)).isEqualTo(143);
    }

    @Test
    void everyEndHasItsCode() {
        PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        assertThat(ErrorPrinter.tell(new InvalidInput("a", "is wrong"), nowhere, false)
                        .number())
                .isEqualTo(2);
        assertThat(ErrorPrinter.tell(new NotFinite("no number"), nowhere, false).number())
                .isEqualTo(1);
        assertThat(ErrorPrinter.tell(new Stopped("by hand"), nowhere, true).number())
                .isEqualTo(1);
        assertThat(ErrorPrinter.tell(new StackOverflowError(), nowhere, false).number())
                .isEqualTo(1);
        assertThat(ExitCode.DONE.number()).isZero();
    }

    /** As a POSIX shell cuts it up again. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "plain",
                "two words",
                "it's",
                "$HOME `x`",
                "a\\b",
                "\"quoted\"",
                "*",
                "~",
                "a;b|c&d",
                "猫.yaml",
                "!x",
                "--out=a b"
            })
    void aCommandIsCutIntoTheSameWordsAgain(String word) {
        assertThat(cut(ShellCommand.command(List.of("train", word, ""))))
                .containsExactly("./moslora", "train", word, "");
        assertThat(ShellCommand.command(List.of())).isEmpty();
    }

    private static List<String> cut(String command) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < command.length(); i++) {
            char character = command.charAt(i);
            if (character == '\'') {
                quoted = !quoted;
            } else if (!quoted && character == '\\') {
                word.append(command.charAt(++i));
            } else if (!quoted && character == ' ') {
                words.add(word.toString());
                word.setLength(0);
            } else {
                assertThat(quoted || "$`\"*~;|&!<>()#?[]".indexOf(character) < 0)
                        .as(command)
                        .isTrue();
                word.append(character);
            }
        }
        words.add(word.toString());
        return words;
    }
}
