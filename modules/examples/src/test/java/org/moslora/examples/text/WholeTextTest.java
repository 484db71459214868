package org.moslora.examples.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.examples.tokenizer.Tokens;

/** With a tokenizer that puts a blank in front of every text: ids of pieces would not be ids of the whole. */
class WholeTextTest {
    @TempDir
    static Path folder;

    private static TextTokenizer tokenizer;

    @BeforeAll
    static void open() throws Exception {
        LlamaTokenizer.write(folder);
        tokenizer = TextTokenizer.open(folder);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    private static ConversationEncoder encoder(ChatTemplate template, int maxLength) {
        ImageTokens image = new ImageTokens(tokenizer.tokenId("<image>"), 2);
        return new ConversationEncoder(tokenizer, template, image, maxLength, Path.of("pictures"));
    }

    private static Conversation conversation(String... turns) {
        List<Turn> spoken = new ArrayList<>();
        for (int i = 0; i < turns.length; i++) {
            spoken.add(new Turn(i % 2 == 0 ? Role.USER : Role.ASSISTANT, turns[i]));
        }
        return new Conversation("c", spoken, turns[0].contains("<image>") ? List.of("a.png") : List.of());
    }

    private static List<String> written(int[] ids) {
        return Arrays.stream(ids).mapToObj(tokenizer::token).toList();
    }

    private static List<String> learnt(Encoded encoded) {
        return written(Arrays.stream(encoded.labels()).filter(id -> id >= 0).toArray());
    }

    @Test
    void anAnswerHasOneBlankInFront() {
        Encoded vicuna = encoder(ChatTemplate.VICUNA_V1, 4096).encode(conversation("a", "The", "b", "the"));

        assertThat(learnt(vicuna)).containsExactly("▁The", "</s>", "▁the", "</s>");
        assertThat(written(vicuna.ids())).containsSubsequence("N", "T", ":", "▁The", "</s>", "▁", "U", "S");
    }

    @Test
    void aPromptIsTheBeginningOfItsText() {
        Conversation rounds = conversation("<image>\na", "The", "b", "the");
        int[] whole = encoder(ChatTemplate.VICUNA_V1, 4096).encode(rounds).ids();

        for (Prompt prompt : encoder(ChatTemplate.VICUNA_V1, 4096).prompts(rounds)) {
            assertThat(prompt.ids()).isEqualTo(Arrays.copyOf(whole, prompt.ids().length));
            assertThat(written(prompt.ids())).endsWith("T", ":");
        }
        assertThat(written(whole)).containsSubsequence("<image>", "<image>", "▁", "<0x0A>");
    }

    @Test
    void alpacasAnswerBeginsWithoutABlankBehindItsLineBreak() {
        ConversationEncoder alpaca = encoder(ChatTemplate.ALPACA, 4096);
        Encoded encoded = alpaca.encode(conversation("a", "M", "b", "The"));

        assertThat(learnt(encoded)).containsExactly("M", "</s>", "T", "he", "</s>");
        assertThat(written(encoded.ids())).startsWith("<s>", "▁", "B").containsSubsequence(":", "<0x0A>", "M", "</s>");
        assertThat(written(alpaca.prompts(conversation("a")).get(0).ids())).endsWith(":", "<0x0A>");
    }

    /** The blank that ends the indentation is joined with the answer's first word, and learnt with it. */
    @Test
    void commonsensesAnswerBeginsWithTheLastBlankOfItsIndentation() {
        ConversationEncoder commonsense = encoder(ChatTemplate.COMMONSENSE, 4096);

        assertThat(learnt(commonsense.encode(conversation("a", "the")))).containsExactly("▁the", "</s>");
        assertThat(learnt(commonsense.encode(conversation("a", "e")))).containsExactly("e", "</s>");
    }

    @Test
    void aCaptionFollowsItsPictureAsInLlavasFirstStage() {
        Encoded plain = encoder(ChatTemplate.PLAIN, 99).encode(conversation("<image>", "The ball"));

        assertThat(written(plain.ids())).startsWith("<s>", "<image>", "<image>", "▁The", "▁");
        assertThat(learnt(plain)).startsWith("▁The").endsWith("<0x0A>");
    }

    @Test
    void roundsThatAreLeftOutLeaveTheSameTokens() {
        ConversationEncoder whole = encoder(ChatTemplate.VICUNA_V1, 4096);
        int[] one = whole.encode(conversation("a", "The")).ids();
        int all = whole.encode(conversation("a", "The", "b", "the")).ids().length;

        Encoded cut = encoder(ChatTemplate.VICUNA_V1, all - 1).encode(conversation("a", "The", "b", "the"));

        assertThat(cut.ids()).isEqualTo(one);
        assertThat(cut.dropped()).isEqualTo(all - one.length);
    }

    @Test
    void placesCountAsJavaDoes() {
        Tokens tokens = tokenizer.tokens("😀 The</s>the");

        int end = tokens.ids().length - 1;
        assertThat(written(tokens.ids())).endsWith("▁The", "</s>", "▁the");
        assertThat(IntStream.rangeClosed(end - 2, end).map(i -> tokens.from()[i]))
                .containsExactly(2, 6, 10);
        assertThat(IntStream.rangeClosed(end - 2, end).map(i -> tokens.to()[i])).containsExactly(6, 10, 13);
    }

    /** As transformers does with the tokens that tokenizer_config.json names. */
    @Test
    void theEndOfATextIsFoundThoughTheFileDoesNotListIt(@TempDir Path other) throws Exception {
        LlamaTokenizer.write(other);
        java.nio.file.Files.writeString(other.resolve("tokenizer_config.json"), "{\"eos_token\": \"▁The\"}");
        try (TextTokenizer opened = TextTokenizer.open(other)) {
            assertThat(opened.encode("a▁Theb").length)
                    .isEqualTo(opened.encode("a").length + 1 + opened.encode("b").length);
        }
    }
}
