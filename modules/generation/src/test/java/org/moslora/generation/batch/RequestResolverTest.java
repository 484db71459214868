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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.diffusion.schedule.SchedulerName;
import org.moslora.examples.image.Picture;
import org.moslora.generation.image.FamilyTraits;
import org.moslora.generation.image.Guidance;
import org.moslora.generation.image.ImageJob;
import org.moslora.generation.image.PictureLimits;
import org.moslora.generation.image.PictureTraits;
import org.moslora.pictures.AdapterUse;
import org.moslora.pictures.Option;
import org.moslora.pictures.Options;
import org.moslora.pictures.PictureRequest;
import org.moslora.pictures.PngFile;
import org.moslora.problems.InvalidInput;

/** What a request comes to once everything that was not said is filled in, and all that a model cannot do told together. */
final class RequestResolverTest {
    private final PictureTraits model = new ToyPictures(1).traits();
    private final List<String> told = new ArrayList<>();

    @TempDir
    private Path folder;

    private RequestResolver resolver(Options common) {
        return new RequestResolver(model, common, 1, Map.of("Version", "toy"), told::add);
    }

    private List<PlannedImage> planned(Options common, Options own) {
        return resolver(common).resolve(new PictureRequest("a cat", own));
    }

    private ImageJob job(Options own) {
        return planned(Options.NONE, own).get(0).job();
    }

    @Test
    void whatIsNotSaidIsWhatIsUsualWithTheModel() {
        ImageJob job = job(Options.NONE);
        assertThat(job.steps()).isEqualTo(50);
        assertThat(job.guidance()).isEqualTo(Guidance.free(7.5));
        assertThat(job.scheduler()).isEqualTo(SchedulerName.PNDM);
        assertThat(List.of(job.width(), job.height())).containsExactly(16, 16);
        assertThat(job.seed()).isZero();
        assertThat(job.negative()).isNull();
        assertThat(job.start()).isNull();
        assertThat(told).isEmpty();
    }

    @Test
    void aRowCountsBeforeTheCommandAndThatBeforeTheModel() {
        Options common =
                Options.NONE.with(Option.STEPS, 9L).with(Option.GUIDANCE, 2.0).with(Option.NEGATIVE, "n");
        ImageJob job = planned(common, Options.NONE.with(Option.STEPS, 4L).with(Option.SCHEDULER, "ddim"))
                .get(0)
                .job();
        assertThat(job.steps()).isEqualTo(4);
        assertThat(job.guidance().weight()).isEqualTo(2);
        assertThat(job.negative()).isEqualTo("n");
        assertThat(job.scheduler()).isEqualTo(SchedulerName.DDIM);
    }

    /** A row's seed is its first picture's; without one, seeds go on from the command's over all pictures of the call. */
    @Test
    void seedsGoOnFromPictureToPicture() {
        RequestResolver resolver = resolver(Options.NONE.with(Option.SEED, 10L));
        Options two = Options.NONE.with(Option.IMAGES, 2L);
        List<PlannedImage> all = new ArrayList<>(resolver.resolve(new PictureRequest("a", two)));
        all.addAll(resolver.resolve(new PictureRequest("b", two.with(Option.SEED, 70L))));
        all.addAll(resolver.resolve(new PictureRequest("c", two)));
        assertThat(all).extracting(each -> each.job().seed()).containsExactly(10L, 11L, 70L, 71L, 14L, 15L);
        assertThat(all)
                .extracting(PlannedImage::file)
                .containsExactly(
                        "00000-10.png", "00001-11.png", "00002-70.png", "00003-71.png", "00004-14.png", "00005-15.png");
        assertThat(all).allSatisfy(each -> {
            assertThat(each.making().request().options().get(Option.SEED))
                    .contains(each.job().seed());
            assertThat(each.making().request().options().get(Option.IMAGES)).isEmpty();
        });
    }

    /** Files are named by numbers, whatever somebody wrote into a file of prompts. */
    @ParameterizedTest
    @CsvSource({"../../etc/passwd", "a/b", "a\\b", "CON", ".hidden", "''", "'a\u0000b'", "-rf", "%2e%2e", "a:b|c?*"})
    void aPromptNeverNamesAFile(String prompt) {
        PlannedImage planned = resolver(Options.NONE)
                .resolve(new PictureRequest(prompt, Options.NONE))
                .get(0);
        assertThat(planned.file()).isEqualTo("00000-0.png");
        assertThat(planned.job().prompt()).isEqualTo(prompt);
    }

    @Test
    void aPictureToStartFromGivesItsSizeCutToWhatTheModelTakes() {
        Path start = folder.resolve("start.png");
        PngFile.write(start, new Picture(45, 30, new byte[3 * 45 * 30]));
        ImageJob job = job(Options.NONE.with(Option.IMAGE, start.toString()));
        assertThat(List.of(job.width(), job.height())).containsExactly(40, 24);
        assertThat(job.start()).isEqualTo(new ImageJob.Start(start, 0.8));
        ImageJob said = job(Options.NONE
                .with(Option.IMAGE, start.toString())
                .with(Option.WIDTH, 16L)
                .with(Option.STRENGTH, 0.3));
        assertThat(List.of(said.width(), said.height())).containsExactly(16, 24);
        assertThat(said.start()).isEqualTo(new ImageJob.Start(start, 0.3));
        Path tiny = folder.resolve("tiny.png");
        PngFile.write(tiny, new Picture(7, 30, new byte[3 * 7 * 30]));
        assertThatThrownBy(() -> job(Options.NONE.with(Option.IMAGE, tiny.toString())))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll("tiny.png", "7x30", "8 pixels");
    }

    @Test
    void everythingThatTheModelCannotDoIsToldTogether() {
        Options wrong = Options.NONE
                .with(Option.WIDTH, 20L)
                .with(Option.HEIGHT, 4L)
                .with(Option.STEPS, 5000L)
                .with(Option.STRENGTH, 0.5)
                .with(Option.CLIP_SKIP, 2L)
                .with(Option.TEXT_LENGTH, 100L);
        assertThatThrownBy(() -> planned(Options.NONE, wrong))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll(
                        "width: must be a multiple of 8",
                        "height: must be a multiple of 8",
                        "1000",
                        "no image is given",
                        "2 of the text encoder's 2 layers",
                        "one length");
        assertThatThrownBy(() -> job(Options.NONE.with(Option.SCHEDULER, "ddimm")))
                .hasMessageContaining("ddim");
        assertThatThrownBy(() -> job(Options.NONE.with(Option.IMAGE, folder + "/none.png")))
                .hasMessageContaining("none.png");
        assertThat(job(Options.NONE.with(Option.CLIP_SKIP, 1L)).reading().clipSkip())
                .isEqualTo(1);
    }

    @Test
    void aModelThatLetsChooseReadsSoMuchOfAText() {
        FamilyTraits.TextLength lengths = new FamilyTraits.TextLength(64, 128);
        FamilyTraits family =
                new FamilyTraits(4.0, 0.6, FamilyTraits.GuidanceRule.USUAL, 2, new FamilyTraits.Sides(64, 32), lengths);
        PictureTraits free =
                new PictureTraits(model.path(), family, model.space(), 32, 2, model.schedule(), PictureLimits.NONE);
        RequestResolver resolver = new RequestResolver(free, Options.NONE, 1, Map.of(), told::add);
        assertThat(resolver.resolve(new PictureRequest("a", Options.NONE))
                        .get(0)
                        .job()
                        .reading()
                        .length())
                .isEqualTo(64);
        PictureRequest all = new PictureRequest("a", Options.NONE.with(Option.TEXT_LENGTH, 128L));
        assertThat(resolver.resolve(all).get(0).job().reading().length()).isEqualTo(128);
        PictureRequest more = new PictureRequest(
                "a",
                Options.NONE
                        .with(Option.TEXT_LENGTH, 129L)
                        .with(Option.WIDTH, 80L)
                        .with(Option.HEIGHT, 24L));
        assertThatThrownBy(() -> resolver.resolve(more))
                .hasMessageContainingAll("at most 128", "width: must be at most 64", "multiple of 16");
    }

    /** Another adapter under the same name makes another picture, which must be seen in what is written about it. */
    @Test
    void anAdapterIsNamedWithADigestOfItsWeights() throws IOException {
        Path run = Files.createDirectories(folder.resolve("cat/adapter"));
        Path weights = Files.writeString(run.resolve("adapter_model.safetensors"), "one");
        String first = hashes(folder.resolve("cat/adapter"));
        assertThat(first).matches("cat: [0-9a-f]{12}");
        assertThat(hashes(folder.resolve("cat"))).as("by its run").isEqualTo(first);
        assertThat(hashes(weights)).endsWith(first.substring(5));
        Files.writeString(weights, "two");
        assertThat(hashes(folder.resolve("cat"))).isNotEqualTo(first);
        // The file's SHA-256, as sha256sum prints it.
        assertThat(hashes(folder.resolve("cat"))).isEqualTo("cat: 3fc4ccfe7458");
        assertThat(hashes(folder.resolve("none"))).isEmpty();
    }

    private String hashes(Path adapter) {
        Options with = Options.NONE.with(Option.ADAPTERS, List.of(new AdapterUse(adapter.toString(), 0.5)));
        return planned(Options.NONE, with).get(0).making().more().getOrDefault("Lora hashes", "");
    }

    /** Scales as diffusers' pipelines take them: most n + s (p − n), Z-Image p + s (p − n), distilled models none. */
    @ParameterizedTest
    @CsvSource({
        "1, 0, false, 1, 1",
        "1, 0, false, 0, 1",
        "1, 0, false, 7.5, 7.5",
        "0, 1, false, 0, 1",
        "0, 1, false, 5, 6",
        "1, 0, true, 7.5, 1"
    })
    void aScaleIsAWeightByTheFamilysRule(double above, double added, boolean distilled, double scale, double weight) {
        Guidance guidance = new FamilyTraits.GuidanceRule(above, added, distilled).of(scale);
        assertThat(guidance.weight()).isEqualTo(weight);
        assertThat(guidance.isFree()).isEqualTo(weight > 1);
    }
}
