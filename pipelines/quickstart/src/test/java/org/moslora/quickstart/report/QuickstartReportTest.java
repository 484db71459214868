package org.moslora.quickstart.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.quickstart.outcome.AnsweredQuestion;
import org.moslora.quickstart.outcome.Command;
import org.moslora.quickstart.outcome.JudgeScore;
import org.moslora.quickstart.outcome.Outcome;
import org.moslora.quickstart.outcome.Painted;
import org.moslora.quickstart.outcome.Scores;
import org.moslora.quickstart.outcome.SubjectOutcome;
import org.moslora.quickstart.outcome.TopicScore;
import org.moslora.quickstart.outcome.Tuned;
import org.moslora.quickstart.outcome.VisualOutcome;
import org.moslora.training.RunFigures;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** The page is read as a browser reads it, or more strictly. */
final class QuickstartReportTest {
    private static final String EVIL = "</p><script src=\"https://example.org/x.js\">&amp;";

    @TempDir
    Path folder;

    private int drawn;
    private Document page;
    private String text;

    @BeforeEach
    void write() throws Exception {
        Path file = folder.resolve("report.html");
        QuickstartReport.write(file, outcome());
        text = Files.readString(file);
        page = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private Outcome outcome() throws IOException {
        Scores scores = new Scores(
                List.of(new TopicScore("count", 40, EVIL, 14, 3, 36), new TopicScore("of-no-name", 10, "a", 5, 1, 2)));
        Tuned tuned = new Tuned("kind: moslora # <&>", new RunFigures(158_000, 61.3, 1L << 30, losses()), 1_580_000);
        VisualOutcome visual = new VisualOutcome(
                scores,
                scores,
                500,
                List.of(
                        new AnsweredQuestion(picture(), EVIL, "two", "", "two"),
                        new AnsweredQuestion(picture(), "What colour?", "red", "how ".repeat(40), "blue")),
                tuned);
        SubjectOutcome subject = new SubjectOutcome(
                List.of(picture(), picture()),
                List.of(new Painted("a sks animal " + EVIL, List.of(picture()), List.of(picture()))),
                List.of(new Painted("a cat", List.of(picture(), picture()), List.of(picture(), picture()))),
                List.of(new JudgeScore("like the creature", "cosine", false, 0.25, 0.75)),
                tuned);
        return new Outcome(
                visual, subject, List.of(new Command("training", List.of("train", "it's.yaml"), 83.4)), 245.2);
    }

    private static List<Double> losses() {
        return Stream.iterate(2.0, loss -> 0.97 * loss).limit(50).toList();
    }

    private Path picture() throws IOException {
        BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, ++drawn);
        File file = folder.resolve(drawn + ".png").toFile();
        ImageIO.write(image, "png", file);
        return file.toPath();
    }

    private NodeList all(String path) throws Exception {
        XPath search = XPathFactory.newInstance().newXPath();
        return (NodeList) search.evaluate(path, page, XPathConstants.NODESET);
    }

    private List<String> texts(String path) throws Exception {
        NodeList found = all(path);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            texts.add(found.item(i).getTextContent());
        }
        return texts;
    }

    @Test
    void everySectionIsThereAndTheContentsLeadToIt() throws Exception {
        assertThat(texts("//section/@id")).containsExactly("visual", "subject", "yours", "run");
        assertThat(texts("//nav/a/@href")).containsExactly("#visual", "#subject", "#yours", "#run");
        assertThat(texts("//h1")).hasSize(1);
        assertThat(texts("//section/h2")).hasSize(4);
    }

    @Test
    void everyPictureIsThereWhole() throws Exception {
        assertThat(texts("//section//img/@src")).hasSize(drawn);
        assertThat(texts("//header//img/@src")).hasSize(3);
        for (String source : texts("//img/@src")) {
            assertThat(source).startsWith("data:image/png;base64,");
            byte[] png = Base64.getDecoder().decode(source.substring(source.indexOf(',') + 1));
            assertThat(ImageIO.read(new ByteArrayInputStream(png)).getWidth()).isEqualTo(4);
        }
        assertThat(texts("//img/@alt")).hasSize(drawn + 3).noneMatch(String::isBlank);
    }

    @Test
    void nothingIsFetchedFromElsewhere() throws Exception {
        assertThat(texts("//script | //link | //iframe | //object | //embed | //base | //form"))
                .isEmpty();
        assertThat(texts("//@*[name() = 'href' or name() = 'src' or name() = 'srcset' or name() = 'data']"))
                .allMatch(target -> target.startsWith("#") || target.startsWith("data:"));
        assertThat(texts("//@*[starts-with(name(), 'on')]")).isEmpty();
        assertThat(texts("//style")).singleElement().asString().doesNotContain("url(", "@import", "@font-face");
    }

    @Test
    void whatModelsSayStaysText() throws Exception {
        assertThat(texts("//li/div/p")).contains(EVIL);
        assertThat(texts("//td[@class = 'constant']/span")).contains(EVIL);
        assertThat(texts("//section//dd[@class = 'before']")).containsExactly("(nothing) ✗", "how ".repeat(15) + "… ✗");
        assertThat(text).doesNotContain("<script");
    }

    @Test
    void scoresStandBesideTheBestConstantAnswer() throws Exception {
        assertThat(texts("(//table[@class = 'scores'])[1]/tbody/tr[1]/*[position() < 6]"))
                .containsExactly("how many things there are", "40", "35.0 %" + EVIL, "7.5 %", "90.0 %");
        assertThat(texts("(//table[@class = 'scores'])[2]/tbody/tr[last()]/*[position() < 6]"))
                .containsExactly("all", "50", "38.0 %each type's own", "8.0 %", "76.0 %");
        assertThat(texts("//table[@class = 'judged']/tbody/tr/*"))
                .containsExactly("like the creature", "0.250", "0.750", "cosine");
    }

    @Test
    void figuresCommandsAndRecipesAreThere() throws Exception {
        assertThat(texts("//header//dd")).contains("8.0 % → 76.0 %", "0.16 M and 0.16 M", "4 min 5 s");
        assertThat(texts("//section//dd")).contains("0.16 M of 1.6 M", "1 min 1 s", "50");
        assertThat(texts("//table[@class = 'ran']//code")).containsExactly("./moslora train 'it'\\''s.yaml'");
        assertThat(texts("//details//code")).containsExactly("kind: moslora # <&>", "kind: moslora # <&>");
    }

    @Test
    void curvesStayInsideTheirFrames() throws Exception {
        List<String> lines = texts("//*[local-name() = 'polyline']/@points");
        assertThat(lines).hasSize(4);
        for (String line : lines) {
            assertThat(line.split(" ")).hasSize(50).allSatisfy(point -> {
                String[] numbers = point.split(",");
                assertThat(Double.parseDouble(numbers[0])).isBetween(0.0, 720.0);
                assertThat(Double.parseDouble(numbers[1])).isBetween(0.0, 200.0);
            });
        }
    }
}
