package org.moslora.console.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipeFileTest {
    @TempDir
    Path folder;

    Kitchen kitchen;

    @BeforeEach
    void open() {
        kitchen = Kitchen.in(folder);
    }

    @Test
    void filesThatAreNoRecipes() throws IOException {
        kitchen.refusal(folder.resolve("absent.yaml"))
                .hasMessageEndingWith("absent.yaml: there is no such recipe file");
        kitchen.refusal(folder).hasMessageEndingWith(": is a folder; a recipe is a YAML file");
        kitchen.refusal(kitchen.write("")).hasMessageEndingWith("recipe.yaml: is empty");
        kitchen.refusal(kitchen.write("# nothing\n---\n")).hasMessageContaining("recipe.yaml");
        kitchen.refusal(kitchen.write("- a\n"))
                .hasMessageEndingWith("recipe.yaml:1: a recipe is a mapping of keys to values, got a list");
        kitchen.refusal(kitchen.write("just words")).hasMessageContaining("got \"just words\"");
        kitchen.refusal(kitchen.write("a: " + "x".repeat(1 << 20)))
                .hasMessageEndingWith("recipe.yaml: is larger than 1 MB; is it a recipe?");
        kitchen.refusal(kitchen.write("a: 1\nb: \u0000"))
                .hasMessageContaining("recipe.yaml:2: is not text: it holds the character U+0000");
        byte[] garbage = new byte[5000];
        new Random(1).nextBytes(garbage);
        kitchen.refusal(Files.write(folder.resolve("recipe.yaml"), garbage))
                .hasMessageEndingWith("recipe.yaml: is not UTF-8 text; is it a recipe?");
    }

    @Test
    void brokenYamlIsToldWithItsLine() {
        kitchen.refusal(kitchen.write("a: 1\nb: c: d\n"))
                .hasMessageEndingWith("recipe.yaml:2: is not YAML: mapping values are not allowed here"
                        + " (text that holds : or ? may need quotes)");
        kitchen.refusal(kitchen.write("a:\n\tb: 1\n"))
                .hasMessageContaining("recipe.yaml:2: is not YAML: while scanning");
        kitchen.refusal(kitchen.write("a: *b\n"))
                .hasMessageContaining("recipe.yaml:1: is not YAML: found undefined alias b");
        kitchen.refusal(kitchen.write("a: 1\n---\nb: 2\n")).hasMessageContaining("expected a single document");
        kitchen.refusal(kitchen.write("a: !!java.lang.Thread 1\n"))
                .hasMessageContaining("recipe.yaml:1: is not YAML: ");
        kitchen.refusal(kitchen.write("a: [why?, b]\n")).hasMessageContaining("may need quotes");
        kitchen.refusal(kitchen.write("a: [1, 2\nb: 3\n")).hasMessageContaining("recipe.yaml:2: is not YAML: ");
    }

    @Test
    void bombsAndLoopsAreRefused() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 9; i++) {
            String each = "*a" + (i - 1);
            bomb.append("a%d: &a%d [%s]\n".formatted(i, i, String.join(", ", java.util.Collections.nCopies(9, each))));
        }
        kitchen.refusal(kitchen.write(bomb.toString())).hasMessageContaining("recipe.yaml");
        kitchen.refusal(kitchen.write("a: &a [*a]\n")).hasMessageContaining("its aliases (*) expand without end");
        kitchen.refusal(kitchen.write("a: &a {<<: *a}\n")).hasMessageContaining("recipe.yaml:1");
        kitchen.refusal(kitchen.write("a: " + "[".repeat(5000))).hasMessageContaining("recipe.yaml");
        kitchen.refusal(kitchen.write("a: " + "{a: ".repeat(5000))).hasMessageContaining("recipe.yaml");
    }

    @Test
    void aByteOrderMarkIsNoKey() {
        assertThat(kitchen.read("\uFEFF" + Kitchen.VALID).recipe())
                .isEqualTo(kitchen.read(Kitchen.VALID).recipe());
        assertThat(kitchen.read(Kitchen.VALID.replace("\n", "\r\n")).recipe())
                .isEqualTo(kitchen.read(Kitchen.VALID).recipe());
    }
}
