package org.moslora.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.problems.InvalidInput;

/** Files that people give for conversations. */
class FileKindTest {
    private static final String ROW =
            "{\"messages\": [{\"role\": \"user\", \"content\": \"Q\"}, {\"role\": \"assistant\","
                    + " \"content\": \"A\"}]}";

    @TempDir
    Path folder;

    private void refused(String name, String text, Charset charset, String message) throws Exception {
        Path file = Files.write(folder.resolve(name), text.getBytes(charset));
        assertThatThrownBy(() -> ConversationFiles.read(List.of(file), null))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(name + ": ")
                .hasMessageContaining(message)
                .satisfies(
                        thrown -> assertThat(((InvalidInput) thrown).problems()).hasSize(1));
    }

    @ParameterizedTest
    @CsvSource({"UTF-16", "UTF-16LE", "UTF-16BE"})
    void utf16(String charset) throws Exception {
        refused("wide.json", "[" + ROW + "]", Charset.forName(charset), "is UTF-16; save it as UTF-8");
        refused("wide.jsonl", ROW + "\n" + ROW, Charset.forName(charset), "is UTF-16; save it as UTF-8");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a.parquet|PAR1\\25|is a Parquet file; save it as JSON lines",
                "a.arrow|ARROW1|is an Arrow file",
                "a.csv|instruction,output\\n\"I, J\",O\\n|is a table, CSV by the looks of it; save it as JSON lines",
                "a.json|\\357\\273\\277\"instruction\";\"output\"\\nI;O\\n|is a table",
                "a.tsv|instruction\\toutput\\nI\\tO\\n|is a table",
                "a.json.gz|\\37\\213|is compressed with gzip",
                "a.xlsx|PK\\3\\4|is a ZIP archive, or a spreadsheet"
            })
    void whatIsNotJson(String name, String text, String message) throws Exception {
        refused(name, text.translateEscapes(), StandardCharsets.ISO_8859_1, message);
    }

    @Test
    void linesThatAreArrays() throws Exception {
        String line = "[{\"role\": \"user\", \"content\": \"Q\"}, {\"role\": \"assistant\", \"content\": \"A\"}]\n";
        refused(
                "arrays.jsonl",
                line + line,
                StandardCharsets.UTF_8,
                "something follows the array of rows; if every line is an array");
        Path one = Files.writeString(folder.resolve("one.jsonl"), line);
        assertThat(ConversationFiles.read(List.of(one), null).findings())
                .hasSize(2)
                .allSatisfy(finding -> assertThat(finding.message()).contains("this is a turn where a row belongs"));
    }

    @Test
    void thousandsOfBrokenLinesAreTenAndACount() throws Exception {
        Path file = Files.writeString(folder.resolve("cut.jsonl"), ROW + "\n" + "{\"messages\": [\n".repeat(20_000));
        InvalidInput refusal =
                catchThrowableOfType(InvalidInput.class, () -> ConversationFiles.read(List.of(file), null));
        assertThat(refusal.problems()).hasSize(11);
        assertThat(refusal.problems().get(10).what()).isEqualTo("and 19,990 more lines that are not valid JSON");
    }

    @Test
    void aByteOrderMarkAndLinesInAJsonFileAreFine() throws Exception {
        for (String text :
                List.of("\ufeff[" + ROW + "]", "\ufeff" + ROW, ROW + "\n" + ROW, "\ufeff\r\n" + ROW + "\r\n")) {
            Path file = Files.writeString(folder.resolve("data.json"), text);
            ConversationRows rows = ConversationFiles.read(List.of(file), null);
            assertThat(rows.findings()).isEmpty();
            assertThat(rows.rows()).isNotEmpty();
            assertThat(ConversationFiles.shown(file)).contains(DataFormat.MESSAGES);
        }
    }
}
