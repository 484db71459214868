package org.moslora.onnx.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.generation.PromptCost;
import org.moslora.generation.image.LatentShape;
import org.moslora.llama.DecoderParts;
import org.moslora.llama.LanguageModelConfig;
import org.moslora.llama.Rope;

/** What engines compute beside their graphs: latents packed and back, the last norm, and how prompts are cut. */
final class EnginePartsTest {
    /** From diffusers 0.42.1: FluxPipeline._pack_latents of arange(96) as [2, 2, 4, 6], the first sample. */
    private static final float[] PACKED = {
        0, 1, 6, 7, 24, 25, 30, 31, 2, 3, 8, 9, 26, 27, 32, 33, 4, 5, 10, 11, 28, 29, 34, 35, 12, 13, 18, 19, 36, 37,
        42, 43, 14, 15, 20, 21, 38, 39, 44, 45, 16, 17, 22, 23, 40, 41, 46, 47
    };

    private static float[] counted(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = i;
        }
        return values;
    }

    @Test
    void latentsArePackedAsByTheReferenceSampleAfterSample() {
        PackedPlaces places = new PackedPlaces(new LatentShape(2, 4, 6), 2, 3);
        float[] packed = places.of(counted(96));
        assertThat(packed).startsWith(PACKED).hasSize(96);
        for (int i = 0; i < 48; i++) {
            assertThat(packed[48 + i]).isEqualTo(PACKED[i] + 48);
        }
        assertThat(places.places()).isEqualTo(6);
        assertThat(places.width()).isEqualTo(8);
    }

    /** From FluxPipeline._prepare_latent_image_ids of the same version for 2 rows of 3. */
    @Test
    void placesAreCountedByRowAndColumn() {
        assertThat(new PackedPlaces(new LatentShape(2, 4, 6), 2, 3).positions())
                .containsExactly(0, 0, 0, 0, 0, 1, 0, 0, 2, 0, 1, 0, 0, 1, 1, 0, 1, 2);
        assertThat(new PackedPlaces(new LatentShape(5, 1, 2), 1, 4).positions())
                .containsExactly(0, 0, 0, 0, 0, 0, 1, 0);
    }

    @ParameterizedTest
    @CsvSource({"1, 2, 2, 2, 1", "3, 4, 6, 2, 2", "8, 3, 5, 1, 3", "2, 6, 4, 2, 1"})
    void whatIsPackedComesBack(int channels, int height, int width, int side, int samples) {
        LatentShape shape = new LatentShape(channels, height, width);
        PackedPlaces places = new PackedPlaces(shape, side, 3);
        float[] given = counted(samples * shape.size());
        assertThat(places.back(places.of(given))).containsExactly(given);
        assertThat(places.places() * places.width()).isEqualTo(shape.size());
    }

    /** From torch 2.7.1: layer_norm in float64 with these weights and biases, epsilon 1e-3. */
    @Test
    void statesAreNormedAsByTheReference() {
        FinalNorm norm = new FinalNorm(new float[] {1.5f, -1, 0.25f}, new float[] {0, 2, -1}, 1e-3);
        assertThat(norm.of(new float[] {1, 2, 4, 1000, 1000, 1000.5f, 0, 0, 0}))
                .containsExactly(
                        new float[] {
                            -1.60305214f, 2.2671752f, -0.666030765f, -1.0512412f, 2.7008275f, -0.6495863f, 0, 2, -1
                        },
                        within(2e-6f));
        assertThat(norm.of(new float[0])).isEmpty();
    }

    private static LanguageModelConfig shape(int heads, int vocabulary) {
        Rope rope = new Rope("default", 1e4, List.of());
        return new LanguageModelConfig(
                "llama",
                8,
                8,
                2,
                heads,
                heads,
                4,
                vocabulary,
                64,
                1e-5,
                rope,
                false,
                false,
                false,
                false,
                DecoderParts.plain(2, rope));
    }

    /** A table of 1 MiB: scores of a piece against all that it sees, or its logits, whichever is larger. */
    @ParameterizedTest
    @CsvSource({"2, 100, 1000, 131", "2, 100, 4000, 32", "4, 100, 1000, 65", "2, 4096, 1000, 64", "2, 100, 0, 2621"})
    void aPieceIsAsLongAsItsTablesMayBeLarge(int heads, int vocabulary, long seen, int length) {
        Pieces pieces = new Pieces(1 << 20);
        assertThat(pieces.length(shape(heads, vocabulary), seen)).isEqualTo(length);
    }

    @Test
    void aPieceIsNeverSoShortThatNothingGoesOn() {
        assertThat(new Pieces(1).length(shape(2, 32_000), Integer.MAX_VALUE)).isPositive();
        assertThat(new Pieces(1).length(shape(2, 32_000), Long.MAX_VALUE / 64)).isPositive();
    }

    @Test
    void longerConversationsInMoreRowsCostMore() {
        LanguageModelConfig text = shape(2, 100);
        PromptCost cost = Pieces.USUAL.cost(text);
        double usual = cost.bytes(100, 200, 1);
        assertThat(cost.bytes(200, 200, 1)).isGreaterThan(usual);
        assertThat(cost.bytes(100, 400, 1)).isGreaterThan(usual);
        assertThat(cost.bytes(100, 200, 4)).isGreaterThan(usual);
        PromptCost cut = new Pieces(1 << 10).cost(text);
        assertThat(cut.bytes(10_000, 10_000, 1)).as("cut short").isLessThan(cost.bytes(10_000, 10_000, 1));
    }
}
