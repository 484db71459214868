package org.moslora.datasets.shipped;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.tensors.Digests;

class ShippedModelsTest {
    private static final long MOST = 30L << 20;

    @TempDir
    private Path cache;

    @Test
    void everyFileIsThereOnceAndAsItWasShipped() throws IOException {
        Path folder = ShippedModels.in(cache);
        try (Stream<Path> entries = Files.walk(folder)) {
            List<String> found = entries.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString().replace('\\', '/'))
                    .toList();
            assertThat(found)
                    .containsExactlyInAnyOrderElementsOf(ShippedModels.sums().keySet());
        }
        ShippedModels.sums()
                .forEach((name, sum) -> assertThat(Digests.sha256(folder.resolve(name)))
                        .as(name)
                        .isEqualTo(sum));
        assertThat(folder.resolve("llava").resolve("config.json")).exists();
        assertThat(folder.resolve("stable-diffusion").resolve("model_index.json"))
                .exists();
        assertThat(folder.resolve("clip").resolve("config.json")).exists();
        assertThat(folder.resolve("MODEL_CARD.md")).exists();
    }

    @Test
    void aSecondCallFindsWhatTheFirstHasMade() throws IOException {
        Path folder = ShippedModels.in(cache);
        Path card = folder.resolve("MODEL_CARD.md");
        long made = Files.getLastModifiedTime(card).toMillis();
        assertThat(ShippedModels.in(cache)).isEqualTo(folder);
        assertThat(Files.getLastModifiedTime(card).toMillis()).isEqualTo(made);
    }

    @Test
    void togetherTheyStayBelowThirtyMegabytes() {
        Path folder = ShippedModels.in(cache);
        long bytes = ShippedModels.sums().keySet().stream()
                .mapToLong(name -> folder.resolve(name).toFile().length())
                .sum();
        assertThat(bytes).isLessThan(MOST);
    }
}
