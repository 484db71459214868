package org.moslora.dreambooth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.problems.InvalidInput;
import org.moslora.testing.Trees;
import org.moslora.training.RunFolder;
import org.moslora.training.RunRequest;
import org.moslora.training.StepReport;
import org.moslora.training.TrainingListener;

/** What the encoders make is kept beside the run, and a run that goes on learns the same with it and without. */
final class EncodedCacheTest {
    private static final String WEIGHTS = "adapter_model.safetensors";
    private static final String[] SHORT = {"training.max_steps=3", "training.gradient_accumulation=1"};

    @TempDir
    private Path folder;

    private TinyRun tiny;
    private RunFolder whole;

    @BeforeEach
    void train() {
        tiny = TinyRun.large(folder);
        whole = tiny.train("whole", SHORT);
    }

    private static List<Path> files(RunFolder run, String kind, String ending) {
        try (Stream<Path> files = Files.list(run.cache().resolve(kind))) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private void mustEqualTheWhole(RunFolder run) {
        assertThat(run.adapter().resolve(WEIGHTS))
                .hasSameBinaryContentAs(whole.adapter().resolve(WEIGHTS));
    }

    @Test
    void aRunThatGoesOnTakesWhatIsThere() {
        assertThat(files(whole, "latents", ".safetensors")).hasSize(4);
        assertThat(files(whole, "texts", ".safetensors")).hasSize(2);
        RunFolder cut = tiny.cutAfter(whole, "cut", 2);
        List<Long> written = times(cut);
        tiny.resume("cut");
        mustEqualTheWhole(cut);
        assertThat(times(cut)).isEqualTo(written);
        RunFolder bare = tiny.cutAfter(whole, "bare", 2);
        Trees.delete(bare.cache());
        tiny.resume("bare");
        mustEqualTheWhole(bare);
    }

    private static List<Long> times(RunFolder run) {
        List<Path> all = new ArrayList<>(files(run, "latents", ".safetensors"));
        all.addAll(files(run, "texts", ".safetensors"));
        return all.stream().map(file -> file.toFile().lastModified()).toList();
    }

    /** As a process leaves it that is killed while it encodes: no step yet, files missing, half written or unsealed. */
    @Test
    void aRunThatWasKilledWhileItEncodedBeginsAnew() throws IOException {
        RunFolder killed = tiny.run("killed");
        Files.createDirectories(killed.path());
        Files.writeString(
                killed.recipe(),
                Files.readString(whole.recipe())
                        .replace(whole.path().toString(), killed.path().toString()));
        Trees.copy(whole.cache(), killed.cache());
        List<Path> latents = files(killed, "latents", ".safetensors");
        Files.delete(latents.get(0));
        Files.delete(latents.get(1).resolveSibling(latents.get(1).getFileName() + ".seal"));
        Files.write(
                latents.get(0).resolveSibling(latents.get(0).getFileName() + ".moslora-partial"), new byte[] {1, 2});
        Path text = files(killed, "texts", ".safetensors").get(0);
        byte[] bytes = Files.readAllBytes(text);
        bytes[bytes.length - 1] ^= 1;
        Files.write(text, bytes);
        String told = resumed(killed);
        mustEqualTheWhole(killed);
        assertThat(told)
                .contains(latents.get(1) + ", of ", "was made by an earlier release, or by something else; it is made")
                .contains(text + ", of \"", "was changed; it is made anew");
    }

    @Test
    void aPictureThatWasChangedIsEncodedAnew() throws IOException {
        RunFolder cut = tiny.cutAfter(whole, "cut", 2);
        Path picture = tiny.diffusion().pictures().resolve("0.png");
        ImageIO.write(new BufferedImage(24, 24, BufferedImage.TYPE_INT_RGB), "png", picture.toFile());
        String told = resumed(cut);
        assertThat(told).contains(", of " + picture + ", was made of something else; it is made anew");
        RunFolder other = tiny.cutAfter(whole, "other", 2);
        Trees.delete(other.cache());
        tiny.resume("other");
        assertThat(cut.adapter().resolve(WEIGHTS))
                .hasSameBinaryContentAs(other.adapter().resolve(WEIGHTS));
    }

    @Test
    void nothingIsLeftOfARunWhoseInputIsWrong() throws IOException {
        BufferedImage black = new BufferedImage(24, 24, BufferedImage.TYPE_INT_RGB);
        ImageIO.write(
                black, "png", tiny.diffusion().pictures().resolve("1-mask.png").toFile());
        assertThatThrownBy(() -> tiny.train("masked", "loss.mask=true"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("1-mask.png");
        assertThat(tiny.run("masked").recipe()).doesNotExist();
        assertThat(tiny.run("masked").cache()).doesNotExist();
        tiny.train("masked", SHORT);
    }

    /** Goes on with a run; what was told meanwhile. */
    private String resumed(RunFolder run) {
        StringBuilder told = new StringBuilder();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void stepped(StepReport report) {}

            @Override
            public void tell(String line) {
                told.append(line).append('\n');
            }
        };
        new DreamBooth().train(new RunRequest(null, List.of(), folder, run.path(), 1, true, listener, null));
        return told.toString();
    }
}
