package org.moslora.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.examples.image.PictureInput;
import org.moslora.examples.text.Encoded;
import org.moslora.examples.text.ShownPicture;
import org.moslora.problems.InvalidInput;

/** Conversations laid end to end and cut apart again: what goes in comes out, pictures with the right conversation. */
class BatchPartsTest {
    private static final int IMAGE = 99;

    /** A conversation of random length with up to three pictures of different sizes. */
    private static Example example(int number, Random random) {
        List<Integer> ids = new ArrayList<>();
        List<ShownPicture> shown = new ArrayList<>();
        List<PictureInput> pixels = new ArrayList<>();
        List<Integer> positions = new ArrayList<>();
        ids.add(number);
        for (int picture = random.nextInt(4); picture > 0; picture--) {
            int tokens = 1 + random.nextInt(4);
            for (int i = 0; i < tokens; i++) {
                positions.add(ids.size());
                ids.add(IMAGE);
            }
            shown.add(new ShownPicture(Path.of(number + "-" + picture), false, tokens));
            pixels.add(new PictureInput(new float[] {number, picture}, 1, tokens, tokens));
        }
        for (int i = random.nextInt(5); i >= 0; i--) {
            ids.add(100 + random.nextInt(50));
        }
        int[] all = ids.stream().mapToInt(Integer::intValue).toArray();
        int[] labels = all.clone();
        Arrays.setAll(labels, i -> all[i] < 100 || random.nextBoolean() ? Encoded.IGNORED : all[i]);
        int[] places = positions.stream().mapToInt(Integer::intValue).toArray();
        return new Example(new Encoded("c" + number, all, labels, places, shown, 0), pixels);
    }

    private static List<Example> examples(long seed, int count) {
        Random random = new Random(seed);
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            examples.add(example(i, random));
        }
        return examples;
    }

    private static void mustBe(Batch found, Batch expected) {
        assertThat(found.conversations()).isEqualTo(expected.conversations());
        assertThat(found.ids()).isEqualTo(expected.ids());
        assertThat(found.targets()).isEqualTo(expected.targets());
        assertThat(found.lengths()).isEqualTo(expected.lengths());
        assertThat(found.imagePositions()).isEqualTo(expected.imagePositions());
        assertThat(found.images()).isEqualTo(expected.images());
        assertThat(found.pixels()).isEqualTo(expected.pixels());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void anyPartIsTheBatchOfItsConversationsAlone(long seed) {
        List<Example> examples = examples(seed, 7);
        Batch whole = Batch.of(examples);
        for (int from = 0; from < 7; from++) {
            for (int to = from + 1; to <= 7; to++) {
                mustBe(whole.part(from, to), Batch.of(examples.subList(from, to)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void conversationsDoNotTeachEachOther(long seed) {
        List<Example> examples = examples(seed, 7);
        Batch batch = Batch.of(examples);
        int at = 0;
        int learnt = 0;
        for (int i = 0; i < 7; i++) {
            Encoded own = examples.get(i).encoded();
            assertThat(batch.targets()[at + own.ids().length - 1])
                    .as("the last token has nothing to predict")
                    .isEqualTo(Encoded.IGNORED);
            for (int j = 1; j < own.labels().length; j++) {
                assertThat(batch.targets()[at + j - 1]).isEqualTo(own.labels()[j]);
            }
            assertThat(batch.supervised(i)).isEqualTo(own.supervised());
            at += own.ids().length;
            learnt += own.supervised();
        }
        assertThat(batch.supervised()).isEqualTo(learnt);
        assertThat(Arrays.stream(batch.imagePositions()).map(place -> batch.ids()[place]))
                .containsOnly(IMAGE);
    }

    /** The header of a file may promise another size than its pixels have. */
    @Test
    void aPictureOfAnotherSizeThanCountedIsNamed() {
        ShownPicture shown = new ShownPicture(Path.of("a.gif"), true, 4);
        Encoded encoded = new Encoded("c7", new int[6], new int[6], new int[4], List.of(shown), 0);

        assertThatThrownBy(() -> new Example(encoded, List.of(new PictureInput(new float[1], 1, 1, 6))))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("conversation c7: has 4 tokens for picture a.gif")
                .hasMessageContaining("decoded it gives 6");
        assertThatThrownBy(() -> new Example(encoded, List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
