package org.moslora.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.examples.text.ChatTemplate;

/** The README's commands are those that the tests and the gate run. */
final class ReadmeTest {
    private static final Path README = House.ROOT.resolve("README.md");
    private static final int LONGEST = 200;

    private static final List<List<String>> COMMANDS = Commands.of(README);

    @TempDir
    Path folder;

    @Test
    void itIsShort() {
        assertThat(House.text(README).lines()).hasSizeLessThanOrEqualTo(LONGEST);
    }

    @Test
    void theGateRunsItsTestCommand() {
        List<String> maven = COMMANDS.stream()
                .filter(words -> words.get(0).equals("mvn"))
                .map(words -> String.join(" ", words))
                .toList();
        assertThat(maven).hasSize(1);
        assertThat(House.text(House.ROOT.resolve(".ci/run")).lines()).contains(maven.get(0));
    }

    @Test
    void nothingElseIsCalledThanWhatIsThere() {
        for (List<String> words : COMMANDS) {
            String program = words.get(0);
            assertThat(program.equals("mvn") || Files.isExecutable(House.ROOT.resolve(program)))
                    .as(program)
                    .isTrue();
        }
    }

    /** After the training that first-run does, here two steps of it, all commands of the program work in turn. */
    @Test
    void itsCommandsWork() throws IOException {
        Place place = Place.in(folder, ChatTemplate.VICUNA_V1);
        Place.run("train", place.here("samples/recipes/tiny.yaml"), "training.max_steps=2");
        List<String> verbs = new ArrayList<>();
        for (List<String> words : COMMANDS) {
            // The quickstart takes minutes; a test of its own runs it on smaller models.
            if (words.get(0).equals("./moslora") && !words.contains("quickstart")) {
                List<String> given = new ArrayList<>(
                        words.subList(1, words.size()).stream().map(place::here).toList());
                if (given.get(0).equals("train")) {
                    given.add("training.max_steps=2");
                }
                assertThat(Place.run(given)).as(String.join(" ", words)).isNotNull();
                verbs.add(given.get(0));
            }
        }
        assertThat(verbs).contains("train", "evaluate", "chat", "merge", "convert", "inspect", "check");
    }

    /** Its Java compiles as it stands, in a method that has the paths which it names. */
    @Test
    void itsJavaCompiles() throws IOException {
        List<String> blocks = Commands.blocks(README, "java");
        assertThat(blocks).hasSize(1);
        Path source = Files.writeString(folder.resolve("Readme.java"), """
                import java.nio.file.Path;
                import java.util.List;
                import org.moslora.*;
                import org.moslora.adapters.AdapterFormat;
                import org.moslora.visual.VisualRecipe;

                final class Readme {
                    void run(Path model, Path train, Path images, Path run, Path stableDiffusion, Path cat, Path picture,
                            Path out, Path merged, Path peft) {
                """ + blocks.get(0) + "}}\n");
        String classes = System.getProperty("java.class.path");
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int exit = ToolProvider.getSystemJavaCompiler()
                .run(null, said, said, "-cp", classes, "-proc:none", "-d", folder.toString(), source.toString());
        assertThat(exit).as(said.toString(StandardCharsets.UTF_8)).isZero();
    }

    @Test
    void everyVerbExplainsItself() {
        String help = Place.run("--help");
        for (String verb : List.of(
                "train",
                "evaluate",
                "chat",
                "generate",
                "merge",
                "convert",
                "export",
                "inspect",
                "check",
                "caption",
                "serve",
                "recipe",
                "schema",
                "world",
                "quickstart",
                "studio",
                "compare",
                "doctor")) {
            assertThat(help).contains(verb);
            assertThat(House.text(README)).contains("| `" + verb);
            assertThat(Place.run(verb, "--help")).contains("Usage: moslora " + verb);
        }
    }

    @Test
    void itsRecipesWork() throws IOException {
        List<String> recipes = Commands.blocks(README, "yaml");
        assertThat(recipes).hasSize(2);
        Place place = Place.in(folder, ChatTemplate.VICUNA_V1);
        ShippedRecipesTest.check(Files.writeString(folder.resolve("mine.yaml"), recipes.get(0)), place);
        ShippedRecipesTest.checkDreamBooth(
                Files.writeString(folder.resolve("cat.yaml"), recipes.get(1)), folder.resolve("painted"));
    }
}
