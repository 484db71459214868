package org.moslora.diffusion.t5;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.problems.Problem;
import org.moslora.problems.Problems;
import org.moslora.tensors.ConfigSection;

/** Which distances share a bias: T5Attention._relative_position_bucket of transformers 5.24.0, and configs of T5. */
class T5BucketsTest {
    @Test
    void fewDistancesAreThoseOfTransformers() {
        assertThat(config(8, 12).bucketsByDistance())
                .containsExactly(3, 3, 3, 3, 3, 3, 3, 3, 2, 2, 2, 1, 0, 5, 6, 6, 6, 7, 7, 7, 7, 7, 7, 7, 7);
        assertThat(config(4, 3).bucketsByDistance()).containsExactly(1, 1, 1, 0, 3, 3, 3);
    }

    /** CRC-32 of the buckets with commas between. */
    @ParameterizedTest
    @CsvSource({"32, 128, 198bc7ce", "32, 64, c1b7ab6c", "16, 100, 47116d2b", "64, 1000, c7f8320b", "32, 20, 5a94d573"})
    void manyDistancesAreThoseOfTransformers(int buckets, int distance, String sum) {
        String all = Arrays.stream(config(buckets, distance).bucketsByDistance())
                .mapToObj(Long::toString)
                .collect(Collectors.joining(","));
        CRC32 crc = new CRC32();
        crc.update(all.getBytes(StandardCharsets.UTF_8));
        assertThat(crc.getValue()).isEqualTo(Long.parseLong(sum, 16));
    }

    @Test
    void theClassesDefaultsAreThoseOfTransformers() {
        Problems problems = new Problems();
        T5Config config =
                T5Config.read(ConfigSection.parse("config.json", "{\"feed_forward_proj\": \"gated-gelu\"}", problems));
        assertThat(problems.found()).isEmpty();
        assertThat(config).isEqualTo(new T5Config(32128, 512, 2048, 6, 8, 64, 32, 128, 1e-6));
    }

    @ParameterizedTest
    @ValueSource(strings = {"relu", "gated-silu", "gelu"})
    void otherFeedForwardPartsAreRefusedByName(String forward) {
        Problems problems = new Problems();
        T5Config.read(ConfigSection.parse("config.json", "{\"feed_forward_proj\": \"" + forward + "\"}", problems));
        assertThat(problems.found())
                .singleElement()
                .extracting(Problem::toString)
                .satisfies(text -> assertThat(text)
                        .contains("config.json", "feed_forward_proj", '"' + forward + '"', "gated-gelu"));
    }

    private static T5Config config(int buckets, int distance) {
        return new T5Config(1, 1, 1, 1, 1, 1, buckets, distance, 1e-6);
    }
}
