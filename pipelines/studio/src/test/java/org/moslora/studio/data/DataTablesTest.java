package org.moslora.studio.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.problems.InvalidInput;
import org.moslora.studio.folders.Folders;

/** Tables of data: read once as long as their files stay, anew when they change, and never a picture from elsewhere. */
@Timeout(120)
final class DataTablesTest {
    @TempDir
    private Path temporary;

    private Path data = Path.of("");
    private DataTables tables = new DataTables(new Folders(List.of(Path.of("")), List.of(), List.of()));
    private long written = 1_700_000_000_000L;

    @BeforeEach
    void make() throws IOException {
        Path root = temporary.toRealPath();
        data = Files.createDirectories(root.resolve("data"));
        Path runs = Files.createDirectories(root.resolve("runs"));
        tables = new DataTables(new Folders(List.of(runs), List.of(), List.of(data)));
        picture(root.resolve("secret.png"), 1);
    }

    private static void picture(Path file, int seed) throws IOException {
        Files.createDirectories(file.getParent());
        BufferedImage image = new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(seed);
        for (int block = 0; block < 12; block++) {
            int colour = random.nextInt(1 << 24);
            for (int i = 0; i < 256; i++) {
                image.setRGB(block % 4 * 16 + i % 16, block / 4 * 16 + i / 16, colour);
            }
        }
        ImageIO.write(image, "png", file.toFile());
    }

    private Path write(String name, String text) throws IOException {
        Path file = Files.writeString(data.resolve(name), text);
        written += 5000;
        Files.setLastModifiedTime(file, FileTime.fromMillis(written));
        return file;
    }

    private static String row(String id, String image) {
        return "{\"id\": \"" + id + "\", \"image\": \"" + image
                + "\", \"conversations\": [{\"from\": \"human\", \"value\": \"<image>\\nWhat?\"},"
                + " {\"from\": \"gpt\", \"value\": \"It.\"}]}";
    }

    private DataTable table(Path place, @Nullable Path images) {
        DataTable table = null;
        while (table == null) {
            table = tables.of(place, images, 64);
        }
        return table;
    }

    @Test
    void aFileIsReadAgainWhenItChangedAndNotBefore() throws IOException {
        picture(data.resolve("a.png"), 2);
        Path file = write("train.json", "[" + row("one", "a.png") + "]");
        DataTable first = table(file, null);
        assertThat(first.rows()).extracting(DataRow::id).containsExactly("one");
        assertThat(table(file, null)).isSameAs(first);
        write("train.json", "[" + row("one", "a.png") + "," + row("two", "a.png") + "]");
        assertThat(table(file, null).rows()).extracting(DataRow::id).containsExactly("one", "two");
        DataTable before = table(file, null);
        tables.forget();
        assertThat(table(file, null)).isNotSameAs(before).isEqualTo(before);
    }

    @Test
    void aFileThatCannotBeReadSaysSoUntilItIsMended() throws IOException {
        Path file = write("train.json", "[{\"id\": ");
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> table(file, null))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("train.json");
        }
        picture(data.resolve("a.png"), 2);
        write("train.json", "[" + row("one", "a.png") + "]");
        assertThat(table(file, null).rows()).hasSize(1);
        assertThatThrownBy(() -> table(data.resolve("none.json"), null)).isInstanceOf(InvalidInput.class);
    }

    @Test
    void picturesOfElsewhereAreNeverShown() throws IOException {
        picture(data.resolve("a.png"), 2);
        Files.createSymbolicLink(data.resolve("sly.png"), temporary.toRealPath().resolve("secret.png"));
        Path file = write(
                "train.json",
                "[" + row("own", "a.png") + "," + row("back", "../secret.png") + ","
                        + row("absolute", temporary.toRealPath() + "/secret.png") + "," + row("sly", "sly.png") + ","
                        + row("nul", "a\\u0000.png") + "," + row("none", "none.png") + "," + row("folder", ".") + "]");
        DataTable table = table(file, null);
        assertThat(table.rows()).hasSize(7);
        for (DataRow row : table.rows()) {
            List<Path> expected = row.id().equals("own") ? List.of(data.resolve("a.png")) : List.of();
            assertThat(row.pictures()).as(row.id()).isEqualTo(expected);
            assertThat(row.marks().isEmpty())
                    .as(row.id())
                    .isEqualTo(List.of("own", "sly").contains(row.id()));
        }
    }

    @Test
    void picturesAreLookedForWhereMostOfThemAre() throws IOException {
        picture(data.resolve("pictures/a.png"), 2);
        picture(data.resolve("pictures/b.png"), 3);
        picture(data.resolve("other/b.png"), 4);
        Path file = write("train.json", "[" + row("one", "a.png") + "," + row("two", "b.png") + "]");
        DataTable guessed = table(file, null);
        assertThat(guessed.notes()).singleElement().asString().contains("pictures");
        assertThat(guessed.rows()).allSatisfy(row -> assertThat(row.pictures()).hasSize(1));
        DataTable said = table(file, data.resolve("other"));
        assertThat(said.rows().get(0).pictures()).isEmpty();
        assertThat(said.rows().get(1).pictures()).containsExactly(data.resolve("other/b.png"));
    }

    /** Rows by a rule are those that are counted for it, and rows with problems those that any rule counts. */
    @Test
    void countsAreThoseOfTheRowsThatAreShown() throws IOException {
        picture(data.resolve("a.png"), 2);
        Path file = write(
                "train.json",
                "[" + row("a", "a.png") + "," + row("b", "none.png") + "," + row("c", "../x.png") + ","
                        + row("a", "a.png") + ", {\"id\": \"odd\"}, 3, " + row("e", "none.png") + "]");
        DataTable table = table(file, null);
        assertThat(table.rules()).isNotEmpty();
        table.rules()
                .forEach((rule, count) ->
                        assertThat(table.chosen(true, rule)).as(rule).hasSize(count));
        assertThat(table.chosen(true, ""))
                .hasSizeLessThan(table.rows().size())
                .allSatisfy(row -> assertThat(row.marks()).isNotEmpty());
        assertThat(table.chosen(false, "")).isEqualTo(table.rows());
        assertThat(table.chosen(true, "no such rule")).isEmpty();
        assertThat(table.rows()).extracting(DataRow::number).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aFolderOfPicturesShowsWhatStandsBesideThem() throws IOException {
        Path folder = data.resolve("photos");
        picture(folder.resolve("a.png"), 2);
        picture(folder.resolve("b.png"), 3);
        picture(folder.resolve("c.png"), 2);
        Files.writeString(folder.resolve("a.txt"), "a red ball\n");
        Files.writeString(folder.resolve("notes.md"), "no picture");
        DataTable table = table(folder, null);
        assertThat(table.isOfPictures()).isTrue();
        assertThat(table.rows()).extracting(DataRow::id).containsExactly("a.png", "b.png", "c.png");
        DataRow.Framed framed = table.rows().get(0).framed();
        assertThat(framed).isNotNull();
        assertThat(framed.caption()).isEqualTo("a red ball");
        assertThat(List.of(framed.width(), framed.height())).containsExactly(64, 48);
        assertThat(table.rows().get(2).marks())
                .anySatisfy(mark -> assertThat(mark.like()).isEqualTo(folder.resolve("a.png")));
        assertThat(table.rows().get(1).marks()).noneMatch(mark -> mark.like() != null);
    }
}
