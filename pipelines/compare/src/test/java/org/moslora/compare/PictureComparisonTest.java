package org.moslora.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.problems.InvalidInput;

/** Comparisons of models that paint: what is asked of them, how it is judged, and what is refused. */
final class PictureComparisonTest {
    private static final String HEAD = """
            pipeline: fake
            model: model
            output: out
            resolution: 64
            instance: {images: subject, prompt: a sks dog}
            """;
    private static final String BLOCK = """
            compare:
              kinds: [lora, moslora]
              learning_rates: [1.0e-3, 1.0e-2]
              seeds: [0, 1]
              rate_seeds: [0]
              pictures:
                judge: clip
                subject: a sks dog
                noun: a dog
                prompts: [a sks dog at night, a sks dog in snow]
                validation_prompts: [a sks dog at sea]
                class_prompts: [a cat, a red dog]
                captions: [a cat, a red dog, a cup]
                images: 2
                steps: 7
                guidance: 3
                scheduler: dpmpp-2m
            """;

    @TempDir
    Path folder;

    @BeforeEach
    void files() throws IOException {
        Files.writeString(Files.createDirectories(folder.resolve("clip")).resolve("config.json"), "{}");
        Files.createDirectories(folder.resolve("empty"));
        Path subject = Files.createDirectories(folder.resolve("subject"));
        for (String name : List.of("one.png", "two.png")) {
            ImageIO.write(
                    new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB),
                    "png",
                    subject.resolve(name).toFile());
        }
    }

    /**
     * The creature comes out at the high rate alone: LoRA's in the first place of two, and in that of validation; MoSLoRA's
     * in both, but as the red dog, too.
     */
    private static String painted(String run, String prompt) {
        boolean high = run.contains("lr1e-2");
        boolean mixed = run.startsWith("moslora");
        if (prompt.contains("sks")) {
            boolean creature = high && (mixed || !prompt.contains("snow"));
            return creature ? FakeEmbedding.CREATURE : prompt.replace("a sks dog", "a dog");
        }
        return mixed && prompt.equals("a red dog") ? FakeEmbedding.CREATURE : prompt;
    }

    @Test
    void everyScoreHasItsTestsAndTheFirstChoosesTheRate() throws IOException {
        FakeProgram program = program();
        compare(BLOCK, program);
        row("subject fidelity", "lora", 0.5);
        row("subject fidelity", "moslora", 1);
        row("prompt fidelity", "lora", 0.5);
        row("prompt fidelity", "moslora", 0);
        row("class preservation", "lora", 1);
        row("class preservation", "moslora", 0.5);
        row("class collapse", "lora", 0);
        row("class collapse", "moslora", 0.5);
        assertThat(rows()).hasSize(8).allSatisfy(row -> {
            assertThat(row.get("learning_rate").getAsDouble()).isEqualTo(1e-2);
            boolean baseline = row.get("variant").getAsString().equals("lora");
            assertThat(row.get("difference").isJsonNull()).isEqualTo(baseline);
        });
        assertThat(Files.readString(folder.resolve("out/comparison.md")))
                .contains("## Subject fidelity", "## Class collapse\n", "less is better", "./moslora generate --model ")
                .contains("--adapter again --prompts ");
        assertThat(Files.readAllLines(folder.resolve("out/trials.csv")).get(0))
                .contains("validation,test,test_prompt_fidelity,test_class_preservation,test_class_collapse");
        assertThat(folder.resolve("out/rates.png")).exists();
    }

    @Test
    void validationSharesNeitherPromptsNorNoiseWithTheTest() throws IOException {
        FakeProgram program = program();
        compare(BLOCK, program);
        List<List<String>> paintings = program.commands.stream()
                .filter(words -> words.get(0).equals("generate"))
                .toList();
        assertThat(paintings).hasSize(4 + 4);
        for (List<String> words : paintings) {
            String prompts = after(words, "--prompts");
            boolean test = prompts.contains("test-");
            assertThat(after(words, "--seed")).isEqualTo(test ? "0" : "8");
            assertThat(Files.readString(Path.of(prompts)).contains("a sks dog at sea"))
                    .isEqualTo(!test);
            assertThat(words)
                    .containsSubsequence("--steps", "7", "--guidance", "3.0", "--scheduler", "dpmpp-2m")
                    .containsSubsequence("--width", "64", "--height", "64");
        }
    }

    @Test
    void otherPromptsAreScoredAnewWithoutTraining() {
        compare(BLOCK, program());
        FakeProgram same = program();
        compare(BLOCK, same);
        assertThat(same.commands).isEmpty();
        FakeProgram other = program();
        compare(BLOCK.replace("in snow", "on a boat"), other);
        assertThat(other.commands).hasSize(8).allMatch(words -> words.get(0).equals("generate"));
    }

    @Test
    void withoutOthersOfTheClassOnlyTheSubjectIsScored() throws IOException {
        compare(BLOCK.replaceAll("(?m)^ *(class_prompts|captions).*\\n", ""), program());
        assertThat(rows())
                .hasSize(4)
                .allMatch(row -> row.get("score").getAsString().endsWith("fidelity"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "judge: clip | judge: clap | compare.pictures.judge",
                "judge: clip | judge: empty | holds no config.json",
                "prompts: [a sks dog at night, a sks dog in snow] | prompts: [] | compare.pictures.prompts must not be empty",
                "noun: a dog | noun: '' | compare.pictures.noun must not be empty",
                "a sks dog in snow | a dog in snow | which does not name the subject",
                "a sks dog in snow | a sks dog at sea | have \"a sks dog at sea\" twice",
                "[a cat, a red dog] | [a cat, a sks dog] | others of its class belong here",
                "a red dog, a cup | a cup | must hold every class prompt, \"a red dog\" too",
                "validation_prompts: [a sks dog at sea] | seed: 1 | pictures.validation_prompts is missing",
                "images: 2 | images: 0 | compare.pictures.images must be at least 1, got 0",
                "scheduler: dpmpp-2m | scheduler: dpm | no scheduler 'dpm'",
                "guidance: 3 | guidance: -1 | compare.pictures.guidance must be at least 0",
                "seeds: [0, 1] | metric: beauty | compare.metric must be one of accuracy, loss, subject-fidelity",
                "seeds: [0, 1] | metric: loss | compare.metric is loss, but pictures are asked for",
                "seeds: [0, 1] | rows: [3] | compare.rows: counts rows"
            })
    void whatIsWrongIsOneLine(String right, String wrong, String told) {
        String block = BLOCK.replace(right, wrong).replace("rate_seeds: [0]", "rate_seeds: []");
        assertThat(problems(HEAD, block)).anyMatch(problem -> problem.contains(told));
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void picturesBesideConversationsAreRefused() throws IOException {
        Files.writeString(folder.resolve("train.json"), "[]");
        assertThat(problems(HEAD.replaceAll("instance.*\n", "") + "data: {conversations: train.json}\n", BLOCK))
                .containsExactly("compare.pictures: says what is painted, but the recipe's pipeline learns"
                        + " data.conversations and paints nothing");
        assertThat(problems(HEAD, "compare: {kinds: [lora], metric: prompt_fidelity}"))
                .anyMatch(problem -> problem.contains("compare.pictures is missing"));
        assertThat(problems(HEAD.replaceAll("instance.*\n", ""), BLOCK))
                .anyMatch(problem -> problem.contains("no single instance.images"));
    }

    private List<String> problems(String head, String block) {
        List<String> problems = new ArrayList<>();
        Path recipe = write(head + block);
        assertThatThrownBy(() -> Comparison.check(recipe, List.of(), folder, program()))
                .isInstanceOfSatisfying(
                        InvalidInput.class,
                        invalid -> invalid.problems().forEach(problem -> problems.add(problem.toString())));
        return problems;
    }

    private static FakeProgram program() {
        return new FakeProgram(run -> 0).painting(PictureComparisonTest::painted);
    }

    private static String after(List<String> words, String option) {
        return words.get(words.indexOf(option) + 1);
    }

    private Path write(String recipe) {
        try {
            return Files.writeString(folder.resolve("recipe.yaml"), recipe);
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
    }

    private void compare(String block, Program program) {
        Comparison.run(write(HEAD + block), List.of(), folder, 1, true, program);
    }

    private void row(String score, String variant, double mean) throws IOException {
        assertThat(rows())
                .filteredOn(row -> row.get("score").getAsString().equals(score)
                        && row.get("variant").getAsString().equals(variant))
                .singleElement()
                .satisfies(row -> assertThat(row.get("test_mean").getAsDouble())
                        .as(score + " of " + variant)
                        .isCloseTo(mean, within(1e-6)));
    }

    private List<JsonObject> rows() throws IOException {
        return JsonParser.parseString(Files.readString(folder.resolve("out/comparison.json")))
                .getAsJsonObject()
                .getAsJsonArray("rows")
                .asList()
                .stream()
                .map(JsonElement::getAsJsonObject)
                .toList();
    }
}
