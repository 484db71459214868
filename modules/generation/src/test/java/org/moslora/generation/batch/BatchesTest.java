package org.moslora.generation.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.diffusion.schedule.SchedulerName;
import org.moslora.generation.image.Guidance;
import org.moslora.generation.image.ImageJob;
import org.moslora.generation.image.TextReading;
import org.moslora.pictures.BatchPlace;
import org.moslora.pictures.GenerationParameters;
import org.moslora.pictures.Options;
import org.moslora.pictures.PictureRequest;

class BatchesTest {
    private static PlannedImage picture(int number, int width, List<ScaledAdapter> adapters) {
        ImageJob job = new ImageJob(
                "p" + number,
                null,
                number,
                4,
                Guidance.free(7),
                SchedulerName.DDIM,
                width,
                16,
                TextReading.PLAIN,
                null);
        GenerationParameters making =
                new GenerationParameters(new PictureRequest("p" + number, Options.NONE), "m", Map.of("Version", "1"));
        return new PlannedImage(number + ".png", job, adapters, making);
    }

    private static List<List<PlannedImage>> batches(List<PlannedImage> pictures, int size) {
        List<List<PlannedImage>> all = new ArrayList<>();
        new Batches(pictures.iterator(), size).forEachRemaining(all::add);
        return all;
    }

    private static List<List<String>> names(List<List<PlannedImage>> batches) {
        return batches.stream()
                .map(batch -> batch.stream().map(PlannedImage::file).toList())
                .toList();
    }

    @Test
    void likePicturesComeTogetherThoughOthersStandBetween() {
        List<ScaledAdapter> adapters = List.of(new ScaledAdapter(Path.of("a"), 1));
        List<PlannedImage> pictures = List.of(
                picture(0, 16, List.of()),
                picture(1, 24, List.of()),
                picture(2, 16, List.of()),
                picture(3, 16, adapters),
                picture(4, 24, List.of()));
        assertThat(names(batches(pictures, 2)))
                .containsExactly(List.of("0.png", "2.png"), List.of("1.png", "4.png"), List.of("3.png"));
    }

    @Test
    void nothingWaitsForever() {
        List<PlannedImage> pictures = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            pictures.add(picture(i, 16 + 8 * i, List.of()));
        }
        assertThat(names(batches(pictures, 2)).get(0)).containsExactly("0.png");
        assertThat(batches(pictures, 2)).hasSize(20);
    }

    @Test
    void whereInABatchItWasMadeDoesNotMatter() {
        PlannedImage planned = picture(0, 16, List.of());
        GenerationParameters made = planned.at(new BatchPlace(3, 1));
        assertThat(made.more()).containsKeys("Version", "Batch size", "Batch pos");
        assertThat(planned.making().mark()).isEqualTo(made.mark());
        assertThat(picture(1, 16, List.of()).making().mark()).isNotEqualTo(made.mark());
    }
}
