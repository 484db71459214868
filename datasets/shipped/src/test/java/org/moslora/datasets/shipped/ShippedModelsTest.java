package org.moslora.datasets.shipped;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.tensors.Digests;

class ShippedModelsTest {
    private static final long MOST = 30L << 20;

    @TempDir
    private Path cache;

    private final List<String> told = new ArrayList<>();

    @Test
    void everyFileIsThereOnceAndAsItWasShipped() throws IOException {
        Path folder = ShippedModels.in(cache, told::add);
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
        Path folder = ShippedModels.in(cache, told::add);
        Path card = folder.resolve("MODEL_CARD.md");
        long made = Files.getLastModifiedTime(card).toMillis();
        assertThat(ShippedModels.in(cache, told::add)).isEqualTo(folder);
        assertThat(Files.getLastModifiedTime(card).toMillis()).isEqualTo(made);
    }

    @Test
    void whatWasCutOffOrChangedIsMadeAnewAndSaid() throws IOException {
        Path folder = ShippedModels.in(cache, told::add);
        assertThat(told).isEmpty();
        Path config = folder.resolve("llava").resolve("config.json");
        Files.writeString(config, "{}");
        assertThat(ShippedModels.in(cache, told::add)).isEqualTo(folder);
        assertThat(told).singleElement().asString().contains(folder.toString(), "made anew");
        assertThat(Digests.sha256(config)).isEqualTo(ShippedModels.sums().get("llava/config.json"));
        Files.delete(config);
        ShippedModels.in(cache, told::add);
        assertThat(config).exists();
    }

    @Test
    void togetherTheyStayBelowThirtyMegabytes() {
        Path folder = ShippedModels.in(cache, told::add);
        long bytes = ShippedModels.sums().keySet().stream()
                .mapToLong(name -> folder.resolve(name).toFile().length())
                .sum();
        assertThat(bytes).isLessThan(MOST);
    }
}
