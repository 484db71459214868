package org.moslora.console.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class VisibleTest {
    @Test
    void controlCharactersAreWrittenOut() {
        assertThat(Visible.text("a\033[31mred\007\b\0\177z")).isEqualTo("a\\u001b[31mred\\u0007\\u0008\\u0000\\u007fz");
        assertThat(Visible.text("\u009b31m\u0080")).isEqualTo("\\u009b31m\\u0080");
        assertThat(Visible.text("over\rwritten\r\n\r")).isEqualTo("over\\u000dwritten\r\n\\u000d");
        assertThat(Visible.text("\u202eexe\u2066\u2028")).isEqualTo("\\u202eexe\\u2066\\u2028");
    }

    @Test
    void everyOtherCharacterStays() {
        StringBuilder all = new StringBuilder("\t\n");
        for (int code = ' '; code <= Character.MAX_CODE_POINT; code++) {
            boolean shown = code < 0x7f || code > 0x9f;
            boolean turns = (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
            if (shown && !turns && !(code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE)) {
                all.appendCodePoint(code);
            }
        }
        assertThat(Visible.text(all.toString())).isEqualTo(all.toString());
    }

    @Test
    void bytesThatAreNoTextHideNothing() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream before = System.out;
        try {
            System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
            Visible.install();
            byte[] given = {(byte) 0xe2, 27, (byte) 0xe2, (byte) 0x80, 27, (byte) 0xc2, 27, '\n'};
            System.out.write(given, 0, given.length);
            System.out.print("\033]0;title\007");
            System.out.flush();
            assertThat(Visible.raw(System.out)).isNotSameAs(System.out);
        } finally {
            System.setOut(before);
        }
        assertThat(bytes.toByteArray()).doesNotContain(27).doesNotContain(7);
    }

    @Test
    void theLineThatIsDrawnOverKeepsItsOwnControlsOnly() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TerminalLines.Terminal lines = new TerminalLines.Terminal(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        lines.show("step 1 \033[2J", 0, true);
        lines.note("row \033[2J");
        assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("\r\033[K").doesNotContain("\033[2J");
    }
}
