package org.moslora.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.examples.text.ChatTemplate;
import org.moslora.generation.Sampling;
import org.moslora.problems.InvalidInput;

/** What is seen of an answer while it is written: its text in pieces, none of which is taken back. */
class ChatPiecesTest {
    @TempDir
    static Path folder;

    private static TuningBench bench;

    @BeforeAll
    static void write() {
        bench = TuningBench.text(folder);
    }

    private static LoadedModel saying(String... answers) {
        return ScriptedModel.saying(bench, Processor.Choice.of(ChatTemplate.VICUNA_V1, null, null, folder), answers);
    }

    /** A tokenizer of bytes cuts these characters in two, three and four. */
    @ParameterizedTest
    @ValueSource(strings = {"true", "a\u00e9\u00e8b", "\u20ac 5", "\ud83d\ude00\ud83d\ude00", "a  b\n\nc", "\u00e9"})
    void piecesAreWholeCharactersAndTogetherTheAnswer(String said) {
        List<String> pieces = new ArrayList<>();
        try (LoadedModel model = saying(said);
                Chat chat = new Chat(model, List.of(), Sampling.greedy(40))) {
            String answer = chat.ask("What?", pieces::add);
            assertThat(answer).isEqualTo(said);
            assertThat(String.join("", pieces)).isEqualTo(said);
            assertThat(pieces).noneMatch(String::isEmpty).noneMatch(piece -> piece.contains("\uFFFD"));
        }
    }

    @Test
    void whatIsCutOffInsideACharacterIsShownAtItsEnd() {
        List<String> pieces = new ArrayList<>();
        try (LoadedModel model = saying("ab\ud83d\ude00");
                Chat chat = new Chat(model, List.of(), Sampling.greedy(4))) {
            String answer = chat.ask("What?", pieces::add);
            assertThat(answer).startsWith("ab").isNotEqualTo("ab\ud83d\ude00");
            assertThat(String.join("", pieces)).isEqualTo(answer);
        }
    }

    @Test
    void eachQuestionGetsItsOwnAnswer() {
        try (LoadedModel model = saying("one", "", "three");
                Chat chat = new Chat(model, List.of(), Sampling.greedy(40))) {
            assertThat(chat.ask("1?", piece -> {})).isEqualTo("one");
            assertThat(chat.ask("2?", piece -> {})).isEmpty();
            assertThat(chat.ask("3?", piece -> {})).isEqualTo("three");
        }
    }

    @Test
    void aPictureIsRefusedByAModelThatTakesNone() {
        Path picture = folder.resolve("seen.png");
        try (LoadedModel model = saying("one");
                Chat chat = new Chat(model, List.of(picture), Sampling.greedy(4))) {
            assertThatThrownBy(() -> chat.ask("What?", piece -> {}))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("has a picture, and the model takes none");
        }
    }
}
