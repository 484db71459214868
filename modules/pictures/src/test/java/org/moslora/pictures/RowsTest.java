package org.moslora.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.examples.image.Picture;

/** The lists beside pictures, cut at every byte, and marks by which a picture is known again. */
final class RowsTest {
    private static final Options OPTIONS =
            Options.NONE.with(Option.SEED, 40L).with(Option.STEPS, 9L).with(Option.NEGATIVE, "é 猫 \u2028 \"q\"");

    @TempDir
    private Path folder;

    private static GenerationParameters making(String prompt, Options options, Map<String, String> more) {
        return new GenerationParameters(new PictureRequest(prompt, options), "m", more);
    }

    private void write() {
        for (int i = 0; i < 3; i++) {
            ImageRows.append(folder, PngFile.name(i, 40), making("p" + i + "\n😀", OPTIONS, Map.of("Version", "1")));
        }
    }

    @Test
    void aListThatIsCutAtAnyByteHasItsWholeRowsAndCanGoOn() throws IOException {
        write();
        Path file = folder.resolve(ImageRows.NAME);
        byte[] whole = Files.readAllBytes(file);
        List<String> names = List.of(PngFile.name(0, 40), PngFile.name(1, 40), PngFile.name(2, 40));
        for (int length = 0; length <= whole.length; length += 3) {
            byte[] cut = Arrays.copyOf(whole, length);
            Files.write(file, cut);
            int rows = (int) new String(cut, StandardCharsets.ISO_8859_1)
                    .chars()
                    .filter(c -> c == '\n')
                    .count();
            assertThat(ImageRows.read(folder).keySet()).containsExactlyElementsOf(names.subList(0, rows));
            ImageRows.mend(folder);
            ImageRows.mend(folder);
            ImageRows.append(folder, "more.png", making("after", OPTIONS, Map.of()));
            assertThat(ImageRows.read(folder)).hasSize(rows + 1).containsKey("more.png");
        }
    }

    @Test
    void failuresThatAreCutAtAnyByteAreTriedAgainAndDisturbNothing() throws IOException {
        GenerationParameters one = making("one", OPTIONS, Map.of());
        FailedRows.append(folder, "1.png", one, "no \"reason\"\nat all");
        FailedRows.append(folder, "2.png", making("two", OPTIONS, Map.of()), "");
        assertThat(FailedRows.marks(folder)).containsOnlyKeys("1.png", "2.png").containsEntry("1.png", one.mark());
        Path file = folder.resolve(FailedRows.NAME);
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length += 3) {
            Files.write(file, Arrays.copyOf(whole, length));
            FailedRows.append(folder, "3.png", one, "again");
            FailedRows.append(folder, "4.png", one, "again");
            assertThat(FailedRows.names(folder)).contains("4.png").isSubsetOf("1.png", "2.png", "3.png", "4.png");
        }
        FailedRows.clear(folder);
        FailedRows.clear(folder);
        assertThat(FailedRows.names(folder)).isEmpty();
    }

    /** Whatever of a making changes the picture changes its mark; where in a batch it was painted does not. */
    @Test
    void aMarkIsOfAllThatMakesAPicture() {
        List<GenerationParameters> different = new ArrayList<>();
        different.add(making("p", OPTIONS, Map.of()));
        different.add(making("q", OPTIONS, Map.of()));
        different.add(making("p", OPTIONS.with(Option.SEED, 41L), Map.of()));
        different.add(making("p", OPTIONS.with(Option.GUIDANCE, 1.0), Map.of()));
        different.add(making("p", OPTIONS.with(Option.ADAPTERS, List.of(new AdapterUse("a", 0.5))), Map.of()));
        different.add(making("p", OPTIONS.with(Option.ADAPTERS, List.of(new AdapterUse("a", 0.6))), Map.of()));
        different.add(making("p", OPTIONS.without(Option.NEGATIVE), Map.of()));
        different.add(making("p", OPTIONS, Map.of("Lora hashes", "a: 1")));
        different.add(new GenerationParameters(new PictureRequest("p", OPTIONS), "n", Map.of()));
        assertThat(different.stream().map(GenerationParameters::mark).toList()).doesNotHaveDuplicates();
        GenerationParameters placed = making("p", OPTIONS, new BatchPlace(4, 3).fields());
        assertThat(placed.mark()).isEqualTo(different.get(0).mark());
    }

    @Test
    void aMarkSurvivesTheFile() {
        write();
        ImageRows.forEach(folder, (file, making) -> {
            String prompt = "p" + file.charAt(4) + "\n😀";
            assertThat(making.mark())
                    .isEqualTo(making(prompt, OPTIONS, Map.of("Version", "1")).mark());
        });
        assertThat(ImageRows.byPrompt(folder)).containsOnlyKeys("p0\n😀", "p1\n😀", "p2\n😀");
    }

    /** Others' pictures may say of places whatever they like. */
    @Test
    void aPlaceThatCannotBeIsNone() {
        Object[][] cases = {
            {"Batch size: 4, Batch pos: 3, Steps: 1", new BatchPlace(4, 3)},
            {"Batch size: 4, Batch pos: 0, Steps: 1", new BatchPlace(4, 0)},
            {"Batch size: 4, Batch pos: 4, Steps: 1", new BatchPlace(1, 0)},
            {"Batch size: 0, Batch pos: 0, Steps: 1", new BatchPlace(1, 0)},
            {"Batch size: 99999, Batch pos: 1, Steps: 1", new BatchPlace(1, 0)},
            {"Batch size: -4, Batch pos: -1, Steps: 1", new BatchPlace(1, 0)},
            {"Steps: 1, Sampler: Euler, Seed: 2", new BatchPlace(1, 0)}
        };
        for (Object[] each : cases) {
            Path file = folder.resolve("x.png");
            org.moslora.tensors.DurableFiles.writeBytes(
                    file, PngFile.encoded(new Picture(1, 1, new byte[3]), "a cat\n" + each[0]));
            assertThat(BatchPlace.read(file)).as("%s", each[0]).isEqualTo(each[1]);
        }
    }

    /** What is one line on a sheet is the same however its blanks were typed. */
    @Test
    void aLabelsBlanksAreOneEach() {
        List<Picture> one = List.of(new Picture(200, 10, new byte[6000]));
        assertThat(Grid.labelled(one, 1, List.of("a \n\t cat")).rgb())
                .isEqualTo(Grid.labelled(one, 1, List.of("a cat")).rgb());
        assertThat(Grid.labelled(one, 1, List.of("a cat")).rgb())
                .isNotEqualTo(Grid.labelled(one, 1, List.of("a cat…")).rgb());
    }
}
