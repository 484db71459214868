package org.moslora.examples.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.moslora.problems.InvalidInput;

class ConversationEncoderTest {
    private static final ImageTokens IMAGE = new ImageTokens(TinyTokenizer.id("<image>"), 4);
    private static final String SYSTEM = "A chat between a curious user and an artificial intelligence assistant. "
            + "The assistant gives helpful, detailed, and polite answers to the user's questions.";

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

    private static ConversationEncoder encoder(ChatTemplate template, int maxLength) {
        return new ConversationEncoder(tokenizer, template, IMAGE, maxLength, Path.of("pictures"));
    }

    private static Conversation conversation(List<String> images, String... turns) {
        List<Turn> spoken = new ArrayList<>();
        for (int i = 0; i < turns.length; i++) {
            spoken.add(new Turn(i % 2 == 0 ? Role.USER : Role.ASSISTANT, turns[i]));
        }
        return new Conversation("c7", spoken, images);
    }

    /** The text of ids, image tokens folded into one each. */
    private static String text(int[] ids) {
        return tokenizer.decode(ids, false).replace("<image>".repeat(4), "<image>");
    }

    private static String supervised(Encoded encoded) {
        return tokenizer.decode(
                Arrays.stream(encoded.labels())
                        .filter(id -> id != Encoded.IGNORED)
                        .toArray(),
                false);
    }

    @Test
    void vicunaSpellsItsSystemTextOnceAndTheAnswersSpace() {
        Encoded encoded = encoder(ChatTemplate.VICUNA_V1, 4096)
                .encode(conversation(List.of("a.png"), "What is it?\n<image>", "A ball.", "Red?", "Yes."));

        assertThat(text(encoded.ids()))
                .isEqualTo("<s>" + SYSTEM
                        + " USER: <image>\nWhat is it? ASSISTANT: A ball.</s>USER: Red? ASSISTANT: Yes.</s>");
        assertThat(supervised(encoded)).isEqualTo(" A ball.</s> Yes.</s>");
        assertThat(encoded.images()).extracting(ShownPicture::file).containsExactly(Path.of("pictures", "a.png"));
        assertThat(encoded.imagePositions()).hasSize(4);
        assertThat(encoded.ids()[encoded.imagePositions()[3]]).isEqualTo(IMAGE.id());
        assertThat(encoded.dropped()).isZero();
    }

    @Test
    void llama3AndChatmlSpellTheirHeaders() {
        Conversation two = conversation(List.of(), "Q", "A", "R", "B");

        assertThat(text(encoder(ChatTemplate.LLAMA3, 4096).encode(two).ids()))
                .isEqualTo("<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nQ<|eot_id|>"
                        + "<|start_header_id|>assistant<|end_header_id|>\n\nA<|eot_id|>"
                        + "<|start_header_id|>user<|end_header_id|>\n\nR<|eot_id|>"
                        + "<|start_header_id|>assistant<|end_header_id|>\n\nB<|eot_id|>");
        assertThat(supervised(encoder(ChatTemplate.LLAMA3, 4096).encode(two))).isEqualTo("A<|eot_id|>B<|eot_id|>");
        assertThat(text(encoder(ChatTemplate.CHATML, 4096).encode(two).ids()))
                .isEqualTo("<|im_start|>user\nQ<|im_end|>\n<|im_start|>assistant\nA<|im_end|>"
                        + "\n<|im_start|>user\nR<|im_end|>\n<|im_start|>assistant\nB<|im_end|>");
        assertThat(supervised(encoder(ChatTemplate.CHATML, 4096).encode(two))).isEqualTo("A<|im_end|>B<|im_end|>");
    }

    @Test
    void aSystemTurnComesFirst() {
        Conversation strict = new Conversation(
                "s", List.of(new Turn(Role.USER, "Q"), new Turn(Role.ASSISTANT, "A")), List.of(), "Be brief.", null);

        assertThat(text(encoder(ChatTemplate.VICUNA_V1, 99).encode(strict).ids()))
                .isEqualTo("<s>Be brief. USER: Q ASSISTANT: A</s>");
        assertThat(text(encoder(ChatTemplate.LLAMA3, 199).encode(strict).ids()))
                .startsWith("<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>"
                        + "<|start_header_id|>user");
        assertThat(text(encoder(ChatTemplate.CHATML, 199).encode(strict).ids()))
                .startsWith("<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nQ");
    }

    @Test
    void plainIsThePictureAndItsCaption() {
        ConversationEncoder plain = encoder(ChatTemplate.PLAIN, 99);

        Encoded encoded = plain.encode(conversation(List.of("a.png"), "Describe it.\n<image>", "A ball"));

        assertThat(text(encoded.ids())).isEqualTo("<s><image>A ball\n");
        assertThat(supervised(encoded)).isEqualTo("A ball\n");
        assertThat(plain.stopId()).isEqualTo('\n');
        assertThatThrownBy(() -> plain.encode(conversation(List.of(), "Q", "A")))
                .hasMessageContaining("conversation c7: template plain takes one picture and one caption");
    }

    @Test
    void severalTagsKeepTheirOrderAtTheFront() {
        Encoded encoded = encoder(ChatTemplate.CHATML, 4096)
                .encode(conversation(List.of("a.png", "b.png"), "From <image> to <image>\u00a0\n", "Yes."));

        assertThat(text(encoded.ids())).contains("user\n<image>\n<image>\nFrom  to<|im_end|>");
        assertThat(encoded.imagePositions()).hasSize(8);
    }

    @Test
    void everyAnswerHasAPromptAfterTheTrueHistory() {
        List<Prompt> prompts =
                encoder(ChatTemplate.VICUNA_V1, 10).prompts(conversation(List.of("a.png"), "<image>\nQ", "A", "R"));

        assertThat(prompts).extracting(Prompt::expected).containsExactly("A", "");
        assertThat(text(prompts.get(0).ids())).endsWith(" USER: <image>\nQ ASSISTANT:");
        assertThat(text(prompts.get(1).ids())).endsWith(" ASSISTANT: A</s>USER: R ASSISTANT:");
        assertThat(prompts.get(1).images()).hasSize(1);
    }

    @Test
    void tooLongLosesWholeRoundsThenTheTail() {
        Conversation long_ = conversation(List.of("a.png", "b.png"), "<image>\nQ", "0123456789", "<image>\nR", "B");
        ConversationEncoder whole = encoder(ChatTemplate.CHATML, 4096);
        int all = whole.encode(long_).ids().length;
        int first = whole.encode(conversation(List.of("a.png"), "<image>\nQ", "0123456789"))
                .ids()
                .length;

        Encoded oneRound = encoder(ChatTemplate.CHATML, all - 1).encode(long_);
        Encoded cut = encoder(ChatTemplate.CHATML, first - 3).encode(long_);

        assertThat(oneRound.ids()).hasSize(first);
        assertThat(oneRound.images()).extracting(ShownPicture::file).containsExactly(Path.of("pictures", "a.png"));
        assertThat(oneRound.dropped()).isEqualTo(all - first);
        assertThat(supervised(cut)).isEqualTo("01234567");
        assertThat(cut.labels()).hasSameSizeAs(cut.ids());
    }

    @Test
    void imageTokensAreNeverCutAndSomethingMustBeLearnt() {
        Conversation one = conversation(List.of("a.png"), "<image>\nQ", "A");
        int[] positions = encoder(ChatTemplate.CHATML, 4096).encode(one).imagePositions();

        assertThatThrownBy(() -> encoder(ChatTemplate.CHATML, positions[3]).encode(one))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("conversation c7: needs 4 tokens for its pictures, and max_length");
        assertThatThrownBy(() -> encoder(ChatTemplate.CHATML, positions[3] + 1).encode(one))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("keeps none with a loss");
    }

    @Test
    void tagsMustFitThePictures() {
        ConversationEncoder encoder = encoder(ChatTemplate.CHATML, 4096);

        assertThatThrownBy(() -> encoder.encode(conversation(List.of(), "<image>\nQ", "A")))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("conversation c7: 1 <image> tag for no pictures");
        assertThatThrownBy(() -> encoder.encode(conversation(List.of("a.png"), "<image>\nQ", "A", "<image>\nQ", "A")))
                .hasMessageContaining("2 <image> tags for 1 picture: a tag too many");
        assertThatThrownBy(() -> encoder.encode(conversation(List.of("a.png"), "Q", "A")))
                .hasMessageContaining("no <image> tags for 1 picture");
        assertThatThrownBy(() -> encoder.encode(conversation(List.of("a.png"), "Q", "<image>")))
                .hasMessageContaining("an answer must not contain <image>");
        assertThatThrownBy(() -> encoder.encode(conversation(List.of(), "Q"))).hasMessageContaining("none with a loss");
    }

    @Test
    void theTokenizersImageTokenMustBeTheModels() {
        assertThatThrownBy(() ->
                        new ConversationEncoder(tokenizer, ChatTemplate.CHATML, new ImageTokens(7, 4), 10, folder))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("image_token_index: is 7 in the model's config, but <image> is token 258");
    }

    @ParameterizedTest
    @EnumSource(ChatTemplate.class)
    void piecesAndWholeAreTokenisedAlike(ChatTemplate template) {
        Encoded encoded =
                encoder(template, 4096).encode(conversation(List.of("a.png"), "<image>\ncafé 東京?", "naïve 😀"));

        int[] narrow = IntStream.range(0, encoded.ids().length)
                .filter(i -> i == 0 || encoded.ids()[i] != IMAGE.id() || encoded.ids()[i - 1] != IMAGE.id())
                .map(i -> encoded.ids()[i])
                .toArray();
        assertThat(tokenizer.encode(tokenizer.decode(narrow, false))).isEqualTo(narrow);
    }

    private static Conversation instruction(String text, String input, String output) {
        List<Turn> turns = List.of(new Turn(Role.USER, text, input), new Turn(Role.ASSISTANT, output));
        return new Conversation("c8", turns, List.of());
    }

    @Test
    void alpacaTellsInstructionAndInputApart() {
        ConversationEncoder alpaca = encoder(ChatTemplate.ALPACA, 4096);
        Encoded alone = alpaca.encode(conversation(List.of(), "Add.", "3", "Again.", "4"));
        assertThat(text(alone.ids()))
                .isEqualTo("<s>Below is an instruction that describes a task. Write a response that appropriately"
                        + " completes the request.\n\n### Instruction:\nAdd.\n\n### Response:\n3</s>"
                        + "\n\n\n### Instruction:\nAgain.\n\n### Response:\n4</s>");
        assertThat(supervised(alone)).isEqualTo("3</s>4</s>");
        Encoded both = alpaca.encode(instruction("Add.", "1, 2", "3"));
        assertThat(text(both.ids()))
                .isEqualTo("<s>Below is an instruction that describes a task, paired with an input that provides"
                        + " further context. Write a response that appropriately completes the request.\n\n"
                        + "### Instruction:\nAdd.\n\n### Input:\n1, 2\n\n### Response:\n3</s>");
        assertThat(alpaca.stopId()).isEqualTo(TinyTokenizer.id("</s>"));
        assertThat(text(alpaca.prompts(instruction("Add.", "", "3")).get(0).ids()))
                .endsWith("### Response:\n");
    }

    @Test
    void otherTemplatesPutTheInputOnALineOfItsOwn() {
        assertThat(text(encoder(ChatTemplate.CHATML, 4096)
                        .encode(instruction("Add.", "1, 2", "3"))
                        .ids()))
                .startsWith("<|im_start|>user\nAdd.\n1, 2<|im_end|>");
    }

    /** Byte for byte what generate_prompt of the paper's finetune.py and commonsense_evaluate.py give. */
    @Test
    void commonsenseIsSpelledAsThePapersScriptsDo() {
        ConversationEncoder encoder = encoder(ChatTemplate.COMMONSENSE, 4096);
        String in = " ".repeat(16);
        Conversation plain = instruction("Is it?", "", "the correct answer is true");
        assertThat(text(encoder.encode(plain).ids()))
                .isEqualTo("<s>Below is an instruction that describes a task. Write a response that appropriately"
                        + " completes the request.  \n\n" + in + "### Instruction:\n" + in + "Is it?\n" + in + "\n" + in
                        + "### Response:\n" + in + "the correct answer is true</s>");
        assertThat(text(encoder.prompts(plain).get(0).ids()))
                .isEqualTo("<s>Below is an instruction that describes a task. Write a response that appropriately"
                        + " completes the request. \n\n" + in + "### Instruction:\n" + in + "Is it?\n\n" + in
                        + "### Response:\n" + in);
        Conversation fed = instruction("Is it?", "Yes.", "true");
        assertThat(text(encoder.encode(fed).ids()))
                .isEqualTo("<s>Below is an instruction that describes a task, paired with an input that provides"
                        + " further context. Write a response that appropriately completes the request. \n\n" + in
                        + "### Instruction:\n" + in + "Is it?\n" + in + "\n" + in + "### Input:\n" + in + "Yes.\n" + in
                        + "\n" + in + "### Response:\n" + in + "true</s>");
        assertThat(text(encoder.prompts(fed).get(0).ids()))
                .endsWith("completes the request.\n\n" + in + "### Instruction:\n" + in + "Is it?\n\n" + in
                        + "### Input:\n" + in + "Yes.\n\n" + in + "### Response:\n" + in);
        assertThat(supervised(encoder.encode(fed))).isEqualTo("true</s>");
        assertThatThrownBy(() -> encoder.encode(conversation(List.of(), "Q", "A", "R", "B")))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("conversation c7: template commonsense takes one question");
    }

    private static ConversationEncoder onInputs(ChatTemplate template, int maxLength) {
        return new ConversationEncoder(tokenizer, template, IMAGE, maxLength, Path.of("pictures"), true);
    }

    @Test
    void whatIsLearntWithItsQuestionsIsSupervisedButForPictures() {
        Conversation rounds = conversation(List.of("a.png"), "<image>\nQ", "A", "R", "B");
        for (ChatTemplate template : List.of(ChatTemplate.VICUNA_V1, ChatTemplate.CHATML, ChatTemplate.ALPACA)) {
            Encoded whole = onInputs(template, 4096).encode(rounds);
            assertThat(whole.ids())
                    .isEqualTo(encoder(template, 4096).encode(rounds).ids());
            assertThat(whole.supervised()).isEqualTo(whole.ids().length - 4 - (whole.ids()[0] == IMAGE.id() ? 0 : 1));
            for (int i = 0; i < whole.ids().length; i++) {
                int expected = whole.ids()[i] == IMAGE.id() ? Encoded.IGNORED : whole.ids()[i];
                assertThat(whole.labels()[i]).isEqualTo(expected);
            }
        }
        Encoded first = onInputs(ChatTemplate.CHATML, 45).encode(rounds);
        assertThat(text(first.ids())).contains("A<|im_end|>").doesNotContain("R");
    }

    /** As LLM-Adapters' tokenize: cut to the length, and the end only where there is room for it. */
    @Test
    void theEndIsLeftOutWhereThereIsNoRoomForIt() {
        Conversation plain = instruction("Is it?", "", "true");
        int whole = onInputs(ChatTemplate.COMMONSENSE, 4096).encode(plain).ids().length;
        Encoded cut = onInputs(ChatTemplate.COMMONSENSE, whole - 1).encode(plain);
        assertThat(text(cut.ids())).endsWith("true");
        assertThat(cut.dropped()).isOne();
        assertThat(onInputs(ChatTemplate.COMMONSENSE, 20).encode(plain).ids()).hasSize(20);
    }

    @Test
    void theEndOfATextIsWhatTheFolderSays(@TempDir Path other) throws Exception {
        TinyTokenizer.write(other);
        Path config = other.resolve("tokenizer_config.json");
        Files.writeString(config, "{\"eos_token\": \"<|eot_id|>\"}");
        assertThat(end(other)).isEqualTo(TinyTokenizer.id("<|eot_id|>"));
        Files.writeString(config, "{\"eos_token\": \"<nothing>\"}");
        assertThatThrownBy(() -> end(other))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("eos_token is <nothing>, which the tokenizer lacks");
        Files.writeString(config, "{\"eos_token\": null}");
        assertThatThrownBy(() -> end(other)).isInstanceOf(InvalidInput.class).hasMessageContaining("says nowhere");
        Files.writeString(other.resolve("config.json"), "{\"eos_token_id\": [257, 262]}");
        assertThat(end(other)).isEqualTo(257);
        Files.writeString(other.resolve("generation_config.json"), "{\"eos_token_id\": 262}");
        assertThat(end(other)).isEqualTo(262);
        Files.writeString(config, "{");
        assertThatThrownBy(() -> end(other)).isInstanceOf(InvalidInput.class).hasMessageContaining("JSON");
    }

    private static int end(Path folder) {
        try (TextTokenizer opened = TextTokenizer.open(folder)) {
            return opened.end();
        }
    }

    @Test
    void gemmaPutsItsSystemTextBeforeTheFirstQuestionAndQwenHasOneOfItsOwn() {
        Conversation two = conversation(List.of(), "Q", "A", "R", "B");
        Encoded gemma = encoder(ChatTemplate.GEMMA, 4096).encode(two);
        assertThat(text(gemma.ids()))
                .isEqualTo("<bos><start_of_turn>user\nQ<end_of_turn>\n<start_of_turn>model\nA<end_of_turn>\n"
                        + "<start_of_turn>user\nR<end_of_turn>\n<start_of_turn>model\nB<end_of_turn>");
        assertThat(supervised(gemma)).isEqualTo("A<end_of_turn>B<end_of_turn>");
        Conversation strict = new Conversation(
                "s", List.of(new Turn(Role.USER, "Q"), new Turn(Role.ASSISTANT, "A")), List.of(), "Be brief.", null);
        assertThat(text(encoder(ChatTemplate.GEMMA, 4096).encode(strict).ids()))
                .startsWith("<bos><start_of_turn>user\nBe brief.\n\nQ<end_of_turn>");
        assertThat(text(encoder(ChatTemplate.QWEN2_VL, 4096).encode(two).ids()))
                .startsWith(
                        "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\nQ<|im_end|>");
        assertThat(text(encoder(ChatTemplate.QWEN2_VL, 4096).encode(strict).ids()))
                .startsWith("<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nQ");
        assertThat(ChatTemplate.guess("gemma3_text", false, List.of("<start_of_turn>", "<end_of_turn>")::contains)
                        .template())
                .isEqualTo(ChatTemplate.GEMMA);
    }

    @Test
    void templatesAreNamedAndGuessed() {
        assertThat(ChatTemplate.named("data.template", "vicuna_v1")).isEqualTo(ChatTemplate.VICUNA_V1);
        assertThatThrownBy(() -> ChatTemplate.named("data.template", "vicuna"))
                .hasMessageContaining("no template 'vicuna' (did you mean vicuna_v1?)");
        assertThat(ChatTemplate.guess("llama", true, List.of("<s>", "</s>")::contains))
                .isEqualTo(new ChatTemplate.Guess(
                        ChatTemplate.VICUNA_V1, "model_type is llama and the tokenizer has <s> and </s>"));
        assertThat(ChatTemplate.guess("qwen2", true, List.of("<|im_start|>", "<|im_end|>", "</s>", "<s>")::contains)
                        .template())
                .isEqualTo(ChatTemplate.CHATML);
        assertThat(ChatTemplate.guess("llama", true, token -> false).template()).isEqualTo(ChatTemplate.PLAIN);
        assertThat(ChatTemplate.guess("llama", false, token -> false).template())
                .isEqualTo(ChatTemplate.ALPACA);
        assertThat(ChatTemplate.guess("llama", true, TinyTokenizer.SPECIALS::contains)
                        .template())
                .isEqualTo(ChatTemplate.LLAMA3);
    }

    @Test
    void aPictureWhoseNameIsNoPathHereIsToldWithItsRow() {
        Conversation odd = conversation(List.of("\ud800.png"), "What is it?\n<image>", "A ball.");
        assertThatThrownBy(() -> encoder(ChatTemplate.VICUNA_V1, 4096).encode(odd))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll("conversation c7", "no path here", "UTF-8 locale");
    }
}
