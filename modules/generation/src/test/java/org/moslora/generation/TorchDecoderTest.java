package org.moslora.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.moslora.examples.Example;
import org.moslora.examples.text.Encoded;
import org.moslora.examples.text.Prompt;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Linears;
import org.moslora.llama.Llama;
import org.moslora.llama.LlamaFolder;

/** Conversations on libtorch: however they are cut, rewound or branched, logits are those of the whole text. */
final class TorchDecoderTest {
    private static final Offset<Float> CLOSE = Offset.offset(2e-5f);
    private static final int STOP = 2;
    private static final int[] TEXT = {1, 7, 19, 4, 33, 33, 21, 8, 40, 12, 5, 17};

    private static LlamaFolder folder;
    private static Llama llama;
    private static TorchDecoder decoder;

    @BeforeAll
    static void open() throws URISyntaxException {
        Engine.start(1);
        Path model = Path.of(TorchDecoderTest.class.getResource("llama").toURI());
        folder = LlamaFolder.open(model);
        llama = folder.build(Linears.plain(), Compute.cpu());
        decoder = new TorchDecoder(llama);
    }

    @AfterAll
    static void close() {
        llama.close();
        folder.close();
    }

    private static float[] whole(int... ids) {
        try (Decoder.Session session = decoder.open(ids.length)) {
            return session.next(ids, List.of());
        }
    }

    private static int[] firstOf(int length) {
        return Arrays.copyOf(TEXT, length);
    }

    private static int[] with(int[] ids, int token) {
        int[] longer = Arrays.copyOf(ids, ids.length + 1);
        longer[ids.length] = token;
        return longer;
    }

    @Test
    void aTextMayComeInAnyStretches() {
        float[] expected = whole(TEXT);
        Random random = new Random(4);
        for (int i = 0; i < 10; i++) {
            try (Decoder.Session session = decoder.open(TEXT.length)) {
                int at = 0;
                float[] logits = {};
                while (at < TEXT.length) {
                    int end = Math.min(TEXT.length, at + 1 + random.nextInt(5));
                    logits = session.next(Arrays.copyOfRange(TEXT, at, end), List.of());
                    at = end;
                    assertThat(session.length()).isEqualTo(at);
                }
                assertThat(logits).containsExactly(expected, CLOSE);
            }
        }
    }

    @Test
    void whatIsRewoundIsForgotten() {
        try (Decoder.Session session = decoder.open(TEXT.length)) {
            session.next(TEXT, List.of());
            session.rewind(4);
            assertThat(session.length()).isEqualTo(4);
            float[] other = session.next(new int[] {9, 9}, List.of());
            assertThat(other).containsExactly(whole(1, 7, 19, 4, 9, 9), CLOSE);
            session.rewind(100);
            assertThat(session.length()).as("nothing to forget").isEqualTo(6);
            session.rewind(0);
            assertThat(session.next(firstOf(3), List.of())).containsExactly(whole(1, 7, 19), CLOSE);
        }
    }

    @Test
    void roomIsMadeWithoutLosingWhatIsThere() {
        try (Decoder.Session session = decoder.open(3)) {
            session.next(firstOf(3), List.of());
            session.reserve(TEXT.length);
            session.reserve(2);
            float[] logits = session.next(Arrays.copyOfRange(TEXT, 3, TEXT.length), List.of());
            assertThat(logits).containsExactly(whole(TEXT), CLOSE);
        }
    }

    @Test
    void branchesGoOnFromWhicheverTheyAreTold() {
        int[] prompt = firstOf(5);
        try (Decoder.Branches branches = decoder.branches(8)) {
            assertThat(branches.begin(prompt, List.of())).containsExactly(whole(prompt), CLOSE);
            float[] three = branches.grow(new int[] {0, 0, 0}, new int[] {10, 11, 12});
            assertRows(three, with(prompt, 10), with(prompt, 11), with(prompt, 12));
            // The first two are left, and the last one goes on twice.
            float[] two = branches.grow(new int[] {2, 2}, new int[] {30, 31});
            assertRows(two, with(with(prompt, 12), 30), with(with(prompt, 12), 31));
            float[] swapped = branches.grow(new int[] {1, 0}, new int[] {20, 20});
            assertRows(swapped, with(with(with(prompt, 12), 31), 20), with(with(with(prompt, 12), 30), 20));
        }
    }

    private static void assertRows(float[] logits, int[]... texts) {
        int width = logits.length / texts.length;
        for (int row = 0; row < texts.length; row++) {
            assertThat(Arrays.copyOfRange(logits, row * width, (row + 1) * width))
                    .as("row %d", row)
                    .containsExactly(whole(texts[row]), CLOSE);
        }
    }

    @Test
    void sessionsKnowNothingOfEachOther() {
        try (Decoder.Session one = decoder.open(8);
                Decoder.Session other = decoder.open(8)) {
            one.next(firstOf(4), List.of());
            other.next(new int[] {30, 31, 32}, List.of());
            assertThat(one.next(new int[] {6}, List.of())).containsExactly(whole(1, 7, 19, 4, 6), CLOSE);
            assertThat(other.next(new int[] {6}, List.of())).containsExactly(whole(30, 31, 32, 6), CLOSE);
        }
    }

    /** Losses are what the logits before each token say of it. */
    @Test
    void scoresAreTheLogitsNegativeLogLikelihoods() {
        int[] labels = {Encoded.IGNORED, Encoded.IGNORED, 19, 4, 33};
        float[] losses = new TorchLanguageModelRunner(llama)
                .losses(List.of(
                        new Example(new Encoded("row", firstOf(5), labels, new int[0], List.of(), 0), List.of())));
        assertThat(losses).hasSize(3);
        for (int i = 0; i < losses.length; i++) {
            float[] logits = whole(firstOf(i + 2));
            double sum = 0;
            for (float logit : logits) {
                sum += Math.exp(logit);
            }
            assertThat(losses[i]).isCloseTo((float) (Math.log(sum) - logits[TEXT[i + 2]]), CLOSE);
        }
    }

    /** The same questions in one conversation and each alone, on a model that computes. */
    @Test
    void aConversationThatIsKnownIsAnsweredAsOneThatIsNot() {
        Random random = new Random(2);
        try (PrefixSession session = new PrefixSession(decoder, 0)) {
            int[] ids = firstOf(3);
            for (int turn = 0; turn < 6; turn++) {
                Prompt prompt = new Prompt(ids, 47, List.of(), "");
                int[] known = answered(session, prompt);
                try (PrefixSession alone = new PrefixSession(decoder, 0)) {
                    assertThat(known).isEqualTo(answered(alone, prompt));
                }
                for (int token : known) {
                    ids = with(ids, token);
                }
                ids = with(ids, 3 + random.nextInt(40));
            }
        }
    }

    private static int[] answered(PrefixSession session, Prompt prompt) {
        return session.answer(
                new Answers(STOP, Sampling.greedy(5)),
                prompt,
                picture -> {
                    throw new IllegalStateException("there is no picture");
                },
                5,
                sofar -> {});
    }
}
