package org.moslora.examples.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a row may want besides its turns: an answer without a loss, a system text, tools. */
class RowsWishesTest {
    @TempDir
    static Path folder;

    private static TextTokenizer tokenizer;

    @BeforeAll
    static void open() throws Exception {
        TinyTokenizer.write(folder);
        tokenizer = TextTokenizer.open(folder);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    private static ConversationEncoder encoder(ChatTemplate template, boolean onInputs) {
        ImageTokens image = new ImageTokens(TinyTokenizer.id("<image>"), 4);
        return new ConversationEncoder(tokenizer, template, image, 4096, Path.of("pictures"), onInputs);
    }

    private static String supervised(Encoded encoded) {
        int[] labels = Arrays.stream(encoded.labels())
                .filter(id -> id != Encoded.IGNORED)
                .toArray();
        return tokenizer.decode(labels, false);
    }

    private static Conversation twoRounds(boolean firstLearnt) {
        return new Conversation(
                "c",
                List.of(
                        new Turn(Role.USER, "Q"),
                        new Turn(Role.ASSISTANT, "first", "", firstLearnt),
                        new Turn(Role.USER, "R"),
                        new Turn(Role.ASSISTANT, "second")),
                List.of());
    }

    @ParameterizedTest
    @EnumSource(names = {"VICUNA_V1", "LLAMA3", "CHATML", "ALPACA"})
    void anAnswerThatIsNotLearntIsSpeltAndCarriesNoLoss(ChatTemplate template) {
        Encoded all = encoder(template, false).encode(twoRounds(true));
        Encoded last = encoder(template, false).encode(twoRounds(false));

        assertThat(last.ids()).isEqualTo(all.ids());
        assertThat(supervised(all)).contains("first").contains("second");
        assertThat(supervised(last)).doesNotContain("first").contains("second");
        assertThat(last.supervised()).isLessThan(all.supervised());
    }

    @Test
    void norIsItLearntWhereQuestionsAre() {
        assertThat(supervised(encoder(ChatTemplate.CHATML, true).encode(twoRounds(false))))
                .doesNotContain("first")
                .contains("R<|im_end|>")
                .contains("second<|im_end|>");
    }

    private static Conversation asking(@Nullable String system, @Nullable String tools) {
        List<Turn> turns = List.of(new Turn(Role.USER, "Q"), new Turn(Role.ASSISTANT, "A"));
        return new Conversation("c", turns, List.of(), system, null, tools);
    }

    @Test
    void toolsStandInTheSystemTurn() {
        String tools = "{\"name\": \"f\"}\n{\"name\": \"g\"}";
        String listed = "# Tools\n\n<tools>\n" + tools + "\n</tools>";

        assertThat(spelt(ChatTemplate.CHATML, asking(null, tools)))
                .startsWith("<|im_start|>system\n" + listed + "<|im_end|>\n<|im_start|>user\nQ");
        assertThat(spelt(ChatTemplate.LLAMA3, asking("Be brief.", tools)))
                .contains("system<|end_header_id|>\n\nBe brief.\n\n" + listed + "<|eot_id|>");
        assertThat(supervised(encoder(ChatTemplate.CHATML, false).encode(asking(null, tools))))
                .isEqualTo("A<|im_end|>");
    }

    private static String spelt(ChatTemplate template, Conversation conversation) {
        return tokenizer.decode(encoder(template, false).encode(conversation).ids(), false);
    }

    @Test
    void aTemplateWithoutAPlaceForThemSaysSo() {
        for (ChatTemplate template : List.of(ChatTemplate.VICUNA_V1, ChatTemplate.ALPACA, ChatTemplate.COMMONSENSE)) {
            assertThatThrownBy(() -> encoder(template, false).encode(asking(null, "{}")))
                    .hasMessageContaining("conversation c: has tools, for which template " + template.spelling());
        }
        assertThatThrownBy(() -> encoder(ChatTemplate.COMMONSENSE, false).encode(asking("S", null)))
                .hasMessageContaining("has a system text, for which template commonsense has no place; vicuna_v1,");
    }
}
