package org.moslora.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.moslora.examples.image.PictureInput;
import org.moslora.examples.text.Prompt;
import org.moslora.examples.text.ShownPicture;

/** Prompts that begin alike: what is known is not computed again, and never taken for something else. */
final class PrefixSessionTest {
    private static final int IMAGE = 40;
    private static final int STOP = 1;
    private static final int VOCABULARY = 32;
    private static final ShownPicture CAT = new ShownPicture(Path.of("cat.png"), true, 3);
    private static final ShownPicture DOG = new ShownPicture(Path.of("dog.png"), true, 3);

    /** A model whose next token depends on everything before it; it counts what it is given. */
    private static final class Hashing implements Decoder {
        private final List<Integer> given = new ArrayList<>();
        private final List<Integer> pictures = new ArrayList<>();
        private int room;
        private int closed;

        @Override
        public Session open(int wanted) {
            room = wanted;
            return new Session() {
                private final List<Integer> held = new ArrayList<>();

                @Override
                public float[] next(int[] ids, List<PictureInput> shown) {
                    given.add(ids.length);
                    pictures.add(shown.size());
                    Arrays.stream(ids).forEach(held::add);
                    assertThat(held.size()).as("room was made for it").isLessThanOrEqualTo(room);
                    float[] logits = new float[VOCABULARY];
                    logits[Math.floorMod(held.hashCode() * 31 + held.size(), VOCABULARY)] = 1;
                    return logits;
                }

                @Override
                public int length() {
                    return held.size();
                }

                @Override
                public void reserve(int more) {
                    room = Math.max(room, more);
                }

                @Override
                public void rewind(int length) {
                    held.subList(Math.min(length, held.size()), held.size()).clear();
                }

                @Override
                public void close() {
                    closed++;
                }
            };
        }

        @Override
        public Branches branches(int wanted) {
            throw new UnsupportedOperationException("nobody branches here");
        }
    }

    private static Prompt prompt(List<ShownPicture> images, int... ids) {
        return new Prompt(ids, IMAGE, images, "");
    }

    private static int[] answered(PrefixSession session, Prompt prompt, int most) {
        return session.answer(
                new Answers(STOP, Sampling.greedy(most)),
                prompt,
                picture -> PictureInput.remembered(picture.tokens()),
                most,
                sofar -> {});
    }

    /** What a session that knows nothing answers. */
    private static int[] fresh(Prompt prompt, int most) {
        try (PrefixSession session = new PrefixSession(new Hashing(), 0)) {
            return answered(session, prompt, most);
        }
    }

    private static int[] joined(int[]... parts) {
        return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
    }

    @Test
    void theNextTurnComputesOnlyWhatIsNew() {
        Hashing model = new Hashing();
        try (PrefixSession session = new PrefixSession(model, 0)) {
            int[] first = {5, 6, 7, 8, 9};
            int[] answer = answered(session, prompt(List.of(), first), 4);
            model.given.clear();
            int[] second = joined(first, answer, new int[] {10, 11});
            assertThat(answered(session, prompt(List.of(), second), 4)).isEqualTo(fresh(prompt(List.of(), second), 4));
            // The last token of an answer that was as long as allowed was never given to the model.
            assertThat(model.given.get(0)).isBetween(2, 3);
        }
        assertThat(model.closed).isEqualTo(1);
    }

    @Test
    void theSamePromptIsAnsweredTheSameWay() {
        Hashing model = new Hashing();
        try (PrefixSession session = new PrefixSession(model, 0)) {
            Prompt prompt = prompt(List.of(), 3, 4, 5, 6);
            int[] answer = answered(session, prompt, 6);
            model.given.clear();
            assertThat(answered(session, prompt, 6)).isEqualTo(answer);
            assertThat(model.given.get(0))
                    .as("its last token, after which logits are")
                    .isEqualTo(1);
            assertThat(answered(session, prompt(List.of(), 3), 6)).isEqualTo(fresh(prompt(List.of(), 3), 6));
        }
    }

    /** Prompts by chance, of few tokens, so that many begin alike, of all lengths, and some broken off. */
    @Test
    void whateverCameBeforeAnswersAreThoseOfASessionThatKnowsNothing() {
        Random random = new Random(8);
        try (PrefixSession session = new PrefixSession(new Hashing(), 5)) {
            for (int turn = 0; turn < 400; turn++) {
                int[] ids = random.ints(1 + random.nextInt(7), 2, 4).toArray();
                Prompt prompt = prompt(List.of(), ids);
                int most = random.nextInt(6);
                if (random.nextInt(4) == 0) {
                    brokenOff(session, prompt);
                }
                assertThat(answered(session, prompt, most)).isEqualTo(fresh(prompt, most));
            }
        }
    }

    private static void brokenOff(PrefixSession session, Prompt prompt) {
        try {
            session.answer(
                    new Answers(STOP, Sampling.greedy(9)), prompt, picture -> PictureInput.remembered(3), 9, sofar -> {
                        if (sofar.length == 2) {
                            throw new IllegalStateException("the client is gone");
                        }
                    });
        } catch (IllegalStateException gone) {
            assertThat(gone).hasMessage("the client is gone");
        }
    }

    private static int[] shown(int before, int after, int pictures) {
        int[] tags = IntStream.range(0, 3 * pictures).map(i -> IMAGE).toArray();
        return joined(new int[] {before}, tags, new int[] {after});
    }

    @Test
    void aPictureThatIsKnownIsNotPreparedAgain() {
        Hashing model = new Hashing();
        try (PrefixSession session = new PrefixSession(model, 0)) {
            answered(session, prompt(List.of(CAT), shown(5, 6, 1)), 1);
            assertThat(model.pictures.get(0)).isEqualTo(1);
            model.pictures.clear();
            answered(session, prompt(List.of(CAT), shown(5, 7, 1)), 1);
            assertThat(model.pictures.get(0))
                    .as("the same picture, another question")
                    .isZero();
            model.pictures.clear();
            model.given.clear();
            answered(session, prompt(List.of(DOG), shown(5, 7, 1)), 1);
            assertThat(model.pictures.get(0))
                    .as("another picture where one was")
                    .isEqualTo(1);
            assertThat(model.given.get(0)).as("all from the picture on").isEqualTo(4);
            model.pictures.clear();
            answered(session, prompt(List.of(DOG, CAT), shown(5, 7, 2)), 1);
            assertThat(model.pictures.get(0)).as("the second of two").isEqualTo(1);
        }
    }

    @Test
    void aPictureThatCannotBePreparedLeavesTheSessionAsItWas() {
        Hashing model = new Hashing();
        try (PrefixSession session = new PrefixSession(model, 0)) {
            Prompt blind = prompt(List.of(), 5, 6, 7);
            int[] answer = answered(session, blind, 4);
            Prompt broken = prompt(List.of(CAT), joined(new int[] {5, 6}, shown(7, 8, 1)));
            Answers answers = new Answers(STOP, Sampling.greedy(4));
            assertThatThrownBy(() -> session.answer(
                            answers,
                            broken,
                            picture -> {
                                throw new IllegalArgumentException(picture.file() + " is gone");
                            },
                            4,
                            sofar -> {}))
                    .hasMessage("cat.png is gone");
            assertThat(answered(session, blind, 4)).isEqualTo(answer);
        }
    }

    @Test
    void nothingIsOpenedForASessionThatIsNotAsked() {
        Hashing model = new Hashing();
        new PrefixSession(model, 10).close();
        assertThat(model.closed).isZero();
    }
}
