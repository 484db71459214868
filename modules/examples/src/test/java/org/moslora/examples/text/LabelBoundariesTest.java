package org.moslora.examples.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;
import org.moslora.problems.InvalidInput;

/** What is learnt of a conversation, at every place where it could be cut, for every template and with odd texts. */
class LabelBoundariesTest {
    private static final int WIDE = 3;
    private static final int[] NO_IDS = {};

    @TempDir
    static Path bytes;

    @TempDir
    static Path pieces;

    private static TextTokenizer byBytes;
    private static TextTokenizer byPieces;

    @BeforeAll
    static void open() throws Exception {
        TinyTokenizer.write(bytes);
        LlamaTokenizer.write(pieces);
        byBytes = TextTokenizer.open(bytes);
        byPieces = TextTokenizer.open(pieces);
    }

    @AfterAll
    static void close() {
        byBytes.close();
        byPieces.close();
    }

    private static ConversationEncoder encoder(
            TextTokenizer tokenizer, ChatTemplate template, int most, boolean onInputs) {
        ImageTokens image = new ImageTokens(tokenizer.tokenId("<image>"), WIDE);
        return new ConversationEncoder(tokenizer, template, image, most, Path.of("pictures"), onInputs);
    }

    private static ConversationEncoder encoder(ChatTemplate template) {
        return encoder(byBytes, template, 4096, false);
    }

    private static Conversation conversation(String... texts) {
        List<Turn> turns = new ArrayList<>();
        List<String> images = new ArrayList<>();
        for (String text : texts) {
            turns.add(new Turn(turns.size() % 2 == 0 ? Role.USER : Role.ASSISTANT, text));
            IntStream.range(0, Conversation.tags(text)).forEach(i -> images.add(images.size() + ".png"));
        }
        return new Conversation("c", turns, images);
    }

    private static String learnt(TextTokenizer tokenizer, Encoded encoded) {
        return tokenizer.decode(
                Arrays.stream(encoded.labels())
                        .filter(id -> id != Encoded.IGNORED)
                        .toArray(),
                false);
    }

    static Stream<String> answers() {
        return Stream.of(
                "A ball.",
                "",
                " ",
                "\n",
                " leading",
                "trailing ",
                "USER: no ASSISTANT: no",
                "### Response:\nno",
                "[INST] no [/INST]",
                "</s>",
                "x</s>y",
                "<|im_end|>\n<|im_start|>user\nno",
                "<|eot_id|>",
                "<end_of_turn>",
                "<s>",
                "<imag",
                "😀",
                "e\u0301\u200d",
                "a\u0000b",
                "\u00a0\u0085",
                "0123456789".repeat(30));
    }

    /** Whatever an answer looks like, all of it and its end are learnt, and nothing else. */
    @ParameterizedTest
    @MethodSource("answers")
    void allOfEachAnswerAndItsEndIsLearntAndNothingElse(String answer) {
        for (ChatTemplate template : ChatTemplate.values()) {
            boolean one = template == ChatTemplate.PLAIN || template == ChatTemplate.COMMONSENSE;
            Conversation given =
                    one ? conversation("<image>\nQ", answer) : conversation("<image>\nQ", answer, "R", "B");
            String end = template.leavesEndsToTokenizer() ? "</s>" : "";
            String expected = template.answer(answer) + end + (one ? "" : template.answer("B") + end);

            assertThat(learnt(byBytes, encoder(template).encode(given)))
                    .as("%s", template)
                    .isEqualTo(expected);
        }
    }

    /** Nor does a question that looks like an answer. */
    @ParameterizedTest
    @MethodSource("answers")
    void nothingOfAQuestionIsLearnt(String question) {
        for (ChatTemplate template : ChatTemplate.values()) {
            boolean tagged = template == ChatTemplate.PLAIN;
            Encoded encoded = encoder(template).encode(conversation(tagged ? "<image>" + question : question, "A"));

            assertThat(learnt(byBytes, encoded))
                    .as("%s", template)
                    .isEqualTo(template.answer("A") + (template.leavesEndsToTokenizer() ? "</s>" : ""));
        }
    }

    @ParameterizedTest
    @EnumSource(value = ChatTemplate.class, mode = Mode.EXCLUDE, names = "COMMONSENSE")
    void anAnswerIsWantedWhereItsLabelsBegin(ChatTemplate template) {
        Conversation given = template == ChatTemplate.PLAIN
                ? conversation("<image>", "Ball")
                : conversation("<image>\nQ", "A", "<image>R", "B", "S", "C");
        Encoded whole = encoder(template).encode(given);
        List<Prompt> prompts = encoder(template).prompts(given);

        List<Integer> starts = IntStream.range(1, whole.ids().length)
                .filter(i -> whole.labels()[i] >= 0 && whole.labels()[i - 1] < 0)
                .boxed()
                .toList();
        assertThat(prompts).extracting(prompt -> prompt.ids().length).isEqualTo(starts);
        prompts.forEach(prompt -> assertThat(prompt.ids()).isEqualTo(Arrays.copyOf(whole.ids(), prompt.ids().length)));
    }

    static Stream<ChatTemplate> spelledByBoth() {
        return Stream.of(ChatTemplate.VICUNA_V1, ChatTemplate.MISTRAL, ChatTemplate.ALPACA);
    }

    @ParameterizedTest
    @EnumSource(
            value = ChatTemplate.class,
            mode = Mode.EXCLUDE,
            names = {"PLAIN", "COMMONSENSE"})
    void atEveryBoundaryTheRestIsTheBeginningOfTheWhole(ChatTemplate template) {
        cutEverywhere(byBytes, template);
    }

    @ParameterizedTest
    @MethodSource("spelledByBoth")
    void soItIsWhereTokensAreMergedAndBlanksPutInFront(ChatTemplate template) {
        cutEverywhere(byPieces, template);
    }

    private static void cutEverywhere(TextTokenizer tokenizer, ChatTemplate template) {
        Conversation given = conversation("<image>\nThe T", "The", "<image> <image>the", "M the", "q", "u");
        Encoded whole = encoder(tokenizer, template, 4096, false).encode(given);
        int before = 0;
        for (int most : boundaries(whole)) {
            Encoded cut = encodedOrNone(encoder(tokenizer, template, most, false), given);
            int length = cut.ids().length;
            assertThat(length)
                    .as("no more than is allowed, and no less than before")
                    .isBetween(before, most);
            assertThat(cut.ids()).isEqualTo(Arrays.copyOf(whole.ids(), length));
            assertThat(cut.labels()).isEqualTo(Arrays.copyOf(whole.labels(), length));
            assertThat(cut.imagePositions()).hasSize(WIDE * cut.images().size());
            assertThat(cut.images())
                    .isEqualTo(whole.images().subList(0, cut.images().size()));
            assertThat(cut.dropped()).isEqualTo(length == 0 ? 0 : whole.ids().length - length);
            before = length;
        }
        assertThat(before).isEqualTo(whole.ids().length);
    }

    /** Lengths at, just before and just behind where labels or a picture begin or end, and the whole. */
    private static int[] boundaries(Encoded whole) {
        int length = whole.ids().length;
        IntStream changes = IntStream.range(1, length)
                .filter(i -> (whole.labels()[i] < 0) != (whole.labels()[i - 1] < 0)
                        || (whole.ids()[i] == whole.ids()[i - 1])
                                != (i < 2 || whole.ids()[i - 1] == whole.ids()[i - 2]));
        return IntStream.concat(changes, IntStream.of(1, length))
                .flatMap(i -> IntStream.rangeClosed(Math.max(1, i - 1), Math.min(length, i + 1)))
                .sorted()
                .distinct()
                .toArray();
    }

    /** What fits, or nothing where nothing that is learnt does. */
    private static Encoded encodedOrNone(ConversationEncoder encoder, Conversation given) {
        try {
            Encoded encoded = encoder.encode(given);
            assertThat(encoded.supervised()).isPositive();
            return encoded;
        } catch (InvalidInput nothingFits) {
            assertThat(nothingFits).hasMessageContaining("conversation c").hasMessageContaining("max_length");
            return new Encoded("c", NO_IDS, NO_IDS, NO_IDS, List.of(), 0);
        }
    }

    /** An answer of weight 0 is read and not learnt; those beside it are learnt as ever. */
    @ParameterizedTest
    @EnumSource(
            value = ChatTemplate.class,
            mode = Mode.EXCLUDE,
            names = {"PLAIN", "COMMONSENSE"})
    void anAnswerWithoutWeightIsOnlyThereForTheOthers(ChatTemplate template) {
        Conversation all = conversation("Q", "A", "R", "B", "S", "C");
        List<Turn> turns = new ArrayList<>(all.turns());
        turns.set(3, new Turn(Role.ASSISTANT, "B", "", false));
        Encoded encoded = encoder(template).encode(all.saying(turns));
        String end = template.leavesEndsToTokenizer() ? "</s>" : "";

        assertThat(encoded.ids()).isEqualTo(encoder(template).encode(all).ids());
        assertThat(learnt(byBytes, encoded)).isEqualTo(template.answer("A") + end + template.answer("C") + end);
    }

    /** Learning from questions too adds labels; it takes none away and makes none of a picture. */
    @ParameterizedTest
    @EnumSource(
            value = ChatTemplate.class,
            mode = Mode.EXCLUDE,
            names = {"PLAIN", "COMMONSENSE"})
    void questionsAddLabelsAndTakeNone(ChatTemplate template) {
        Conversation given = conversation("<image>\nQ", "A", "R", "B");
        Encoded answers = encoder(template).encode(given);
        Encoded both = encoder(byBytes, template, 4096, true).encode(given);

        assertThat(both.ids()).isEqualTo(answers.ids());
        for (int i = 0; i < both.ids().length; i++) {
            boolean picture = both.ids()[i] == byBytes.tokenId("<image>");
            assertThat(both.labels()[i]).isEqualTo(picture ? Encoded.IGNORED : both.ids()[i]);
            assertThat(answers.labels()[i]).isIn(Encoded.IGNORED, both.labels()[i]);
        }
    }
}
