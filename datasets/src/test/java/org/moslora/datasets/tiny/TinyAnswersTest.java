package org.moslora.datasets.tiny;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.datasets.ConversationFiles;
import org.moslora.datasets.ConversationRow;
import org.moslora.datasets.DataFormat;
import org.moslora.examples.image.Picture;
import org.moslora.examples.image.PictureDecoder;
import org.moslora.examples.text.ChatTemplate;
import org.moslora.examples.text.Conversation;
import org.moslora.examples.text.TextTokenizer;

/** What the tiny data sets say is so: read off the pixels, and counted. */
class TinyAnswersTest {
    private static final TinyOptions OPTIONS = TinyOptions.standard().withPictures(60, 20);

    @TempDir
    Path folder;

    private static List<Conversation> rows(Path file) {
        return ConversationFiles.read(List.of(file), null).rows().stream()
                .map(ConversationRow::conversation)
                .toList();
    }

    /** Answers by question word: "colour" and "shape" alone, or both of "what". */
    private static Map<String, String> answers(Conversation row) {
        Map<String, String> answers = new HashMap<>();
        for (int i = 0; i < row.turns().size(); i += 2) {
            String answer = row.turns().get(i + 1).text();
            if (row.turns().get(i).text().contains("What is in")) {
                answers.put("colour", answer.split(" ")[1]);
                answers.put("shape", answer.split(" ")[2]);
            } else {
                answers.put(row.turns().get(i).text().contains("colour") ? "colour" : "shape", answer);
            }
        }
        return answers;
    }

    /** The pixels that are dark enough to be no ground: how many, in what colour, and in how large a box. */
    private record Shape(int area, int width, int height, int[] rgb) {
        static Shape of(Picture picture) {
            int area = 0;
            int left = picture.width();
            int right = -1;
            int top = picture.height();
            int bottom = -1;
            int[] rgb = new int[3];
            for (int i = 0; i < picture.width() * picture.height(); i++) {
                int red = picture.rgb()[3 * i] & 0xff;
                int green = picture.rgb()[3 * i + 1] & 0xff;
                int blue = picture.rgb()[3 * i + 2] & 0xff;
                if (red + green + blue < 450) {
                    area++;
                    left = Math.min(left, i % picture.width());
                    right = Math.max(right, i % picture.width());
                    top = Math.min(top, i / picture.width());
                    bottom = Math.max(bottom, i / picture.width());
                    rgb = new int[] {red, green, blue};
                }
            }
            return new Shape(area, right - left + 1, bottom - top + 1, rgb);
        }

        String colour() {
            boolean red = rgb[0] > 100;
            boolean blue = rgb[2] > 100;
            return red ? blue ? "purple" : "red" : blue ? "blue" : rgb[1] > 100 ? "green" : "black";
        }

        /** The share of its box that is filled: 1, π/4, 5/9 and a half. */
        double filled() {
            return (double) area / (width * height);
        }
    }

    @Test
    void answersAreWhatThePicturesShow() {
        TinyLlava tiny = TinyLlava.write(folder, OPTIONS);
        Map<String, double[]> filled = new HashMap<>();
        for (Path file : List.of(tiny.train(), tiny.test())) {
            for (Conversation row : rows(file)) {
                Shape shape = Shape.of(
                        PictureDecoder.decode(tiny.images().resolve(row.images().get(0))));
                Map<String, String> answers = answers(row);
                assertThat(answers).as(row.id()).hasSize(2).containsEntry("colour", shape.colour());
                double[] range = filled.computeIfAbsent(answers.get("shape"), any -> new double[] {1, 0});
                range[0] = Math.min(range[0], shape.filled());
                range[1] = Math.max(range[1], shape.filled());
            }
        }
        assertThat(filled).containsOnlyKeys("circle", "square", "triangle", "cross");
        assertThat(filled.get("square")[0]).isGreaterThan(0.95);
        assertThat(filled.get("circle")[1]).isLessThan(0.9);
        assertThat(filled.get("circle")[0]).isGreaterThan(0.65);
        assertThat(Math.max(filled.get("cross")[1], filled.get("triangle")[1])).isLessThan(0.65);
    }

    /** Colours with shapes come equally often, so that neither tells the other. */
    @Test
    void everyColourComesWithEveryShapeEquallyOften() {
        List<TinyScene> scenes = TinyScene.draw(new Random(5), 3 * 20);

        Map<String, Long> counts = scenes.stream()
                .collect(Collectors.groupingBy(
                        scene -> scene.hue().word() + " " + scene.figure().word(), Collectors.counting()));
        assertThat(counts).hasSize(20).values().containsOnly(3L);
        assertThat(scenes.subList(0, 20)).doesNotHaveDuplicates();
        assertThat(scenes).allSatisfy(scene -> {
            assertThat(scene.left()).isBetween(0.0, 1 - scene.side());
            assertThat(scene.top()).isBetween(0.0, 1 - scene.side());
        });
    }

    @Test
    void whatIsHeldBackIsNotLearntFrom() {
        TinyLlava tiny = TinyLlava.write(folder, OPTIONS);
        Set<String> learnt = rows(tiny.train()).stream()
                .flatMap(row -> row.images().stream())
                .collect(Collectors.toSet());
        List<Conversation> held = rows(tiny.test());

        assertThat(learnt).hasSize(60);
        assertThat(held)
                .hasSize(20)
                .noneMatch(row -> learnt.contains(row.images().get(0)));
    }

    /** Of facts about two in four are true, and each says of itself whether it is. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2})
    void factsAreRightAboutThemselves(long seed) {
        TinyLlama tiny = TinyLlama.write(folder, OPTIONS.withSeed(seed).withPictures(200, 20));
        List<Conversation> facts = rows(tiny.train());
        int right = 0;
        for (Conversation fact : facts) {
            String[] words = fact.turns()
                    .get(0)
                    .text()
                    .replaceAll("(?s).*question: is a (.*)\\?.*", "$1")
                    .split(" ");
            assertThat(words).hasSize(3);
            boolean said = Boolean.parseBoolean(fact.label());
            assertThat(said).isEqualTo(words[0].equals(words[2]));
            assertThat(fact.turns().get(1).text()).isEqualTo("the correct answer is " + said);
            right += said ? 1 : 0;
        }
        assertThat(facts).hasSize(200);
        assertThat(right).isBetween(70, 130);
        assertThat(ConversationFiles.shown(tiny.train())).contains(DataFormat.COMMONSENSE);
    }

    /** Every question and answer comes back from its tokens, whatever the template adds to the vocabulary. */
    @ParameterizedTest
    @EnumSource(
            value = ChatTemplate.class,
            names = {"VICUNA_V1", "CHATML", "GEMMA"})
    void allThatIsSaidComesBackFromItsTokens(ChatTemplate template) {
        TinyLlava tiny = TinyLlava.write(folder, OPTIONS.withTemplate(template));
        try (TextTokenizer tokenizer = TextTokenizer.open(tiny.model())) {
            rows(tiny.test()).stream().flatMap(row -> row.turns().stream()).forEach(turn -> {
                int[] ids = tokenizer.encode(turn.text());
                assertThat(tokenizer.decode(ids, false)).isEqualTo(turn.text());
                assertThat(Arrays.stream(ids).allMatch(id -> id < tokenizer.vocabularySize()))
                        .isTrue();
            });
        }
    }
}
