package org.moslora.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.examples.quality.PictureNeeds;
import org.moslora.examples.text.Conversation;
import org.moslora.examples.text.Role;
import org.moslora.examples.text.Turn;
import org.moslora.problems.InvalidInput;

class ConversationChecksTest {
    @TempDir
    Path images;

    @BeforeEach
    void draw() throws Exception {
        picture("good.png", 40, 30);
        picture("strip.png", 210, 10);
        byte[] good = Files.readAllBytes(images.resolve("good.png"));
        Files.write(images.resolve("cut.png"), Arrays.copyOf(good, good.length - 20));
        byte[] bomb = good.clone();
        ByteBuffer.wrap(bomb).putInt(16, 90_000).putInt(20, 90_000);
        Files.write(images.resolve("bomb.png"), bomb);
        Files.writeString(images.resolve("page.jpg"), "<html>404</html>");
        Files.createFile(images.resolve("empty.jpg"));
    }

    private void picture(String name, int width, int height) throws Exception {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < width * height; i++) {
            image.setRGB(i % width, i / width, i * 0x30507);
        }
        ImageIO.write(image, "png", images.resolve(name).toFile());
    }

    private static ConversationRow row(int index, String question, String answer, String... names) {
        List<Turn> turns = List.of(new Turn(Role.USER, question), new Turn(Role.ASSISTANT, answer));
        return new ConversationRow(
                new RowPlace("data.json", index, index + 1), new Conversation("c" + index, turns, List.of(names)));
    }

    private List<Finding> check(boolean deep, ConversationRow... rows) {
        return ConversationChecks.check(List.of(rows), images, deep, 2);
    }

    @Test
    void soundRowsGiveNothing() {
        assertThat(check(true, row(0, "<image>Q", "A", "good.png"), row(1, "Q", "A")))
                .isEmpty();
    }

    @Test
    void everythingIsReportedAtOnce() {
        List<Finding> findings = check(
                false,
                row(0, "<image>Q", "A", "good.jpg"),
                row(1, "<image>Q", "A", "../good.png"),
                row(2, "<image>Q", "A", "/good.png"),
                row(3, "<image>Q", "A"),
                row(4, "<image><image>Q", "A", "good.png"),
                row(5, "Q", "<image>", "good.png"),
                row(6, "<image>Q", "A", "page.jpg"),
                row(7, "<image>Q", "A", "empty.jpg"),
                row(8, "<image>Q", "A", "bomb.png"),
                row(9, "<image>Q", "A", "strip.png"),
                row(10, "<image>Q", "A", "none/x.png"),
                row(11, "<image>Q", "A", "nul\u0000.png"));

        assertThat(findings)
                .extracting(Finding::rule)
                .containsExactly(
                        "image-missing",
                        "image-unreadable",
                        "image-unreadable",
                        "image-tags",
                        "image-tags",
                        "image-in-answer",
                        "image-tags",
                        "image-unreadable",
                        "image-unreadable",
                        "image-unreadable",
                        "image-strip",
                        "image-missing",
                        "image-unreadable");
        assertThat(findings.get(0).message()).contains("good.jpg does not exist (did you mean good.png?)");
        assertThat(findings.get(1).message()).contains("../good.png: leads out of the folder of pictures");
        assertThat(findings.get(7).message()).contains("page.jpg: is an HTML page");
        assertThat(findings.get(9).message()).contains("8,100,000,000 pixels");
        assertThat(findings.get(10).severity()).isEqualTo(Severity.WARNING);
        assertThat(findings.get(10).message()).contains("210 x 10, 21 times");
        assertThat(findings.get(11).message()).contains("nor does the folder");
        assertThat(findings.get(3).id()).isEqualTo("c3");
    }

    @Test
    void aPathIntoTheFolderOfPicturesNamesOne() {
        String whole = images.resolve("good.png").toAbsolutePath().toString();

        assertThat(check(false, row(0, "<image>Q", "A", whole))).isEmpty();
        assertThat(check(
                        false,
                        row(
                                0,
                                "<image>Q",
                                "A",
                                images.resolveSibling("x.png").toAbsolutePath().toString())))
                .singleElement()
                .extracting(Finding::message)
                .asString()
                .contains("leads out of the folder of pictures");
    }

    @Test
    void onlyDecodingFindsADamagedBody() {
        assertThat(check(false, row(0, "<image>Q", "A", "cut.png"))).isEmpty();
        assertThat(check(true, row(0, "<image>Q", "A", "cut.png")))
                .singleElement()
                .extracting(Finding::message)
                .asString()
                .contains("cut.png: is a truncated PNG");
    }

    @Test
    void poorPicturesAreToldInTheRowsOrder() throws Exception {
        for (String name : new String[] {"again.png", "black.png"}) {
            Files.copy(images.resolve("good.png"), images.resolve(name));
        }
        BufferedImage black = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
        ImageIO.write(black, "png", images.resolve("black.png").toFile());
        List<ConversationRow> rows = List.of(
                row(0, "<image>Q", "A", "good.png"),
                row(1, "<image>Q", "A", "black.png"),
                row(2, "<image>Q", "A", "again.png"),
                row(3, "<image>Q", "A", "good.png"));

        PictureNeeds needs = new PictureNeeds(35, false, "the model");
        List<Finding> findings = ConversationChecks.check(rows, images, true, needs, 2);

        assertThat(findings).allMatch(finding -> finding.severity() == Severity.WARNING);
        assertThat(findings)
                .extracting(finding -> finding.at().index() + " " + finding.rule())
                .containsExactly(
                        "0 image-small",
                        "1 image-exposure",
                        "1 image-small",
                        "2 image-small",
                        "2 image-near-duplicate",
                        "3 image-small");
        assertThat(findings.get(4).message()).contains("picture again.png looks the same as good.png");
        assertThat(ConversationChecks.check(rows, images, false, needs, 2)).isEmpty();
    }

    @Test
    void findingsCanBeWrittenAsJson() throws Exception {
        Path report = images.resolve("report.json");
        CheckReport.write(report, check(false, row(3, "<image>Q", "A")));

        JsonArray read = JsonParser.parseString(Files.readString(report)).getAsJsonArray();

        assertThat(read).hasSize(1);
        assertThat(read.get(0).getAsJsonObject().keySet())
                .containsExactly("file", "index", "line", "id", "severity", "rule", "message", "action");
        assertThat(read.get(0).getAsJsonObject().get("line").getAsInt()).isEqualTo(4);
    }

    private static ConversationRows rows(int count) {
        List<ConversationRow> rows = new ArrayList<>();
        IntStream.range(0, count).forEach(index -> rows.add(row(index, "Q", "A")));
        return new ConversationRows(rows, List.of(), count);
    }

    private static Finding bad(int index) {
        return new Finding(new RowPlace("data.json", index, index + 1), "c" + index, Severity.ERROR, "r", "is 5 % bad");
    }

    @Test
    void atMostOneInAHundredIsLeftOut() {
        List<Finding> one = List.of(bad(7), bad(7));

        assertThat(OnBadSample.SKIP.keep(rows(100), one)).hasSize(99).noneMatch(c -> c.id().equals("c7"));
        assertThat(OnBadSample.ERROR.keep(rows(100), List.of())).hasSize(100);
        assertThatThrownBy(() -> OnBadSample.SKIP.keep(rows(99), one))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("skip leaves out at most 1 % of the rows; 1 of 99 are bad")
                .hasMessageContaining("data.json, row 8 (line 8), conversation c7: is 5 % bad");
        assertThatThrownBy(() -> OnBadSample.ERROR.keep(rows(100), one))
                .isInstanceOf(InvalidInput.class)
                .satisfies(
                        thrown -> assertThat(((InvalidInput) thrown).problems()).hasSize(2));
        assertThatThrownBy(() -> OnBadSample.named("data.on_bad_sample", "skp"))
                .hasMessageContaining("did you mean skip?");
    }
}
