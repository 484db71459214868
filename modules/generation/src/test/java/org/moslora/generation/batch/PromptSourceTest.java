package org.moslora.generation.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.diffusion.schedule.FlowSchedule;
import org.moslora.diffusion.schedule.FlowSpacing;
import org.moslora.diffusion.schedule.PictureSchedule;
import org.moslora.diffusion.schedule.Prediction;
import org.moslora.diffusion.schedule.SchedulerConfig;
import org.moslora.examples.image.Picture;
import org.moslora.examples.image.PictureDecoder;
import org.moslora.pictures.GenerationParameters;
import org.moslora.pictures.Option;
import org.moslora.pictures.Options;
import org.moslora.pictures.PictureRequest;
import org.moslora.pictures.PngFile;
import org.moslora.problems.InvalidInput;

/** Where prompts come from, which of two that say something counts, and the sheets that show what came of them. */
final class PromptSourceTest {
    private static final Options SAID =
            Options.NONE.with(Option.SEED, 5L).with(Option.STEPS, 9L).with(Option.SCHEDULER, "euler");

    @TempDir
    private Path folder;

    private final PictureSchedule noise = SchedulerConfig.stableDiffusion(Prediction.EPSILON);

    /** That of a model that flows. */
    private PictureSchedule flowing() throws IOException {
        Path file = folder.resolve("scheduler_config.json");
        Files.writeString(file, "{\"_class_name\": \"FlowMatchEulerDiscreteScheduler\", \"shift\": 3.0}");
        return FlowSchedule.read(file, FlowSpacing.EVEN);
    }

    private static List<PictureRequest> all(PromptSource source, Options common, PictureSchedule schedule) {
        List<PictureRequest> requests = new ArrayList<>();
        try (PromptSource.Prompts prompts = source.open(common, schedule)) {
            prompts.forEachRemaining(requests::add);
        }
        return requests;
    }

    private Path picture(Options options, Map<String, String> more) {
        Path file = folder.resolve("made.png");
        GenerationParameters making = new GenerationParameters(new PictureRequest("a cat", options), "m", more);
        PngFile.write(file, new Picture(2, 2, new byte[12]), making);
        return file;
    }

    @Test
    void aPictureIsMadeAgainAsItSaysUnlessTheCommandSaysOtherwise() {
        PromptSource source = new PromptSource.FromPicture(picture(SAID, Map.of()));
        assertThat(all(source, Options.NONE, noise)).containsExactly(new PictureRequest("a cat", SAID));
        Options common = Options.NONE.with(Option.SEED, 8L).with(Option.NEGATIVE, "n");
        assertThat(all(source, common, noise))
                .containsExactly(
                        new PictureRequest("a cat", SAID.with(Option.SEED, 8L).with(Option.NEGATIVE, "n")));
    }

    /** Programs write Euler for both; a model that flows has but the one. */
    @Test
    void eulerOfAPictureIsTheModelsEuler() throws IOException {
        PromptSource source = new PromptSource.FromPicture(picture(SAID, Map.of()));
        assertThat(all(source, Options.NONE, flowing()).get(0).options().get(Option.SCHEDULER))
                .contains("flow-euler");
        PromptSource flowed = new PromptSource.FromPicture(
                picture(SAID.without(Option.SCHEDULER), Map.of("Scheduler", "flow-euler")));
        assertThat(all(flowed, Options.NONE, flowing()).get(0).options().get(Option.SCHEDULER, "flow-euler"))
                .isEqualTo("flow-euler");
        PromptSource other = new PromptSource.FromPicture(picture(SAID.with(Option.SCHEDULER, "ddim"), Map.of()));
        assertThat(all(other, Options.NONE, flowing()).get(0).options().get(Option.SCHEDULER))
                .as("what cannot be is told later, and not changed")
                .contains("ddim");
    }

    @Test
    void sourcesCanBeReadAgain() throws IOException {
        Path file = Files.writeString(folder.resolve("p.txt"), "one --d 3\n# no\ntwo\n");
        for (PromptSource source : List.of(
                new PromptSource.Text("one"),
                new PromptSource.Requests(List.of(new PictureRequest("one", SAID), new PictureRequest("two", SAID))),
                new PromptSource.Lines(file),
                new PromptSource.FromPicture(picture(SAID, Map.of())))) {
            List<PictureRequest> first = all(source, Options.NONE, noise);
            assertThat(first).isNotEmpty().isEqualTo(all(source, Options.NONE, noise));
        }
        assertThat(all(new PromptSource.Lines(file), SAID, noise))
                .as("a row has its own options alone")
                .containsExactly(
                        new PictureRequest("one", Options.NONE.with(Option.SEED, 3L)),
                        new PictureRequest("two", Options.NONE));
    }

    @Test
    void allThatIsWrongWithAFileIsToldWhenItIsOpened() throws IOException {
        Path file = Files.writeString(folder.resolve("p.txt"), "one --d x\ntwo\nthree --w 3\n");
        assertThatThrownBy(() -> new PromptSource.Lines(file).open(Options.NONE, noise))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll("p.txt:1", "p.txt:3");
        assertThatThrownBy(() -> new PromptSource.FromPicture(file).open(Options.NONE, noise))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("no PNG");
    }

    @Test
    void manyPicturesAreOnSeveralSheetsAndMissingOnesOnNone() {
        Grids grids = new Grids(folder, 66);
        for (int i = 0; i < 66; i++) {
            String name = PngFile.name(i, 0);
            if (i != 3) {
                PngFile.write(folder.resolve(name), new Picture(2, 1, new byte[] {(byte) i, 0, 0, (byte) i, 0, 0}));
            }
            grids.add(name);
        }
        grids.finish();
        grids.finish();
        Picture first = PictureDecoder.decode(folder.resolve("grid-00000.png"));
        assertThat(List.of(first.width(), first.height())).containsExactly(16, 8);
        assertThat(first.rgb()[3 * 2 * 3] & 0xff)
                .as("the fourth place has the fifth picture")
                .isEqualTo(4);
        assertThat(folder.resolve("grid-00064.png")).exists();
        Grids few = new Grids(folder, 2);
        few.add(PngFile.name(0, 0));
        few.add("none.png");
        few.finish();
        Picture only = PictureDecoder.decode(folder.resolve("grid.png"));
        assertThat(List.of(only.width(), only.height())).containsExactly(2, 1);
    }
}
