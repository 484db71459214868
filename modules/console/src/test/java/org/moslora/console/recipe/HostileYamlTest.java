package org.moslora.console.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problem;

/** Recipes as people type them by mistake, and as nobody would by right: each is read as it says, or refused where it is wrong. */
class HostileYamlTest {
    @TempDir
    private Path folder;

    private Path recipe;

    record Plain(
            @Default("0") int whole,
            @Default("0") long wide,
            @Default("0.0") double number,
            @Default("false") boolean flag,
            @Default("none") String text,
            @Default("[]") List<String> words,
            @Default("{}") Map<String, Integer> counts) {}

    @BeforeEach
    void place() {
        recipe = folder.resolve("recipe.yaml");
    }

    private Plain read(String yaml) {
        try {
            Files.write(recipe, yaml.getBytes(StandardCharsets.UTF_8));
        } catch (java.io.IOException broken) {
            throw new java.io.UncheckedIOException(broken);
        }
        return Recipes.read(Plain.class, recipe, List.of(), folder).recipe();
    }

    private List<String> problems(String yaml) {
        try {
            read(yaml);
            throw new AssertionError("was read: " + yaml);
        } catch (InvalidInput refused) {
            return refused.problems().stream().map(Problem::toString).toList();
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "whole: 2147483647, 2147483647",
                "whole: -2147483648, -2147483648",
                "whole: +7, 7",
                "whole: '12', 12",
                "whole: 1_000_000, 1000000",
                "whole: -0, 0",
                "wide: 9223372036854775807, 9223372036854775807"
            })
    void wholeNumbersToTheirVeryEnds(String yaml, long wanted) {
        Plain plain = read(yaml);
        assertThat(plain.whole() + plain.wide()).isEqualTo(wanted);
    }

    /** Of which some are numbers to YAML 1.1: octal, hexadecimal, of base 60. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "2147483648",
                "-2147483649",
                "99999999999999999999",
                "1.0",
                "1e3",
                "0x10",
                "010",
                "0o7",
                "0b1",
                "190:20:30",
                "١٢",
                "１２",
                "1 2",
                "1,000",
                "--1",
                "+",
                "_1",
                "true",
                ".5",
                "12k",
                "\"\"",
                "[1, 2]",
                "{a: 1}"
            })
    void whatIsNoWholeNumberIsToldWithItsLine(String value) {
        assertThat(problems("text: a\nwhole: " + value))
                .singleElement()
                .asString()
                .startsWith(recipe + ":2: whole must be");
    }

    @ParameterizedTest
    @CsvSource({
        "1e3, 1000",
        "2e-4, 0.0002",
        "2.0E-4, 0.0002",
        ".5, 0.5",
        "5., 5",
        "1_000.5, 1000.5",
        "-0.0, -0.0",
        "+1e+2, 100",
        "1e-400, 0",
        "007, 7",
        "1.7976931348623157e308, 1.7976931348623157e308"
    })
    void numbersInEverySpellingOfAnyLanguage(String text, double wanted) {
        assertThat(read("number: " + text).number()).isEqualTo(wanted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".nan",
                ".NaN",
                "NaN",
                ".inf",
                "-.inf",
                "Infinity",
                "1e999",
                "-1e309",
                "1,5",
                "0x1p3",
                "1e",
                "e5",
                ".",
                "1.2.3",
                "1d",
                "2f",
                "٣٫٥",
                "five"
            })
    void whatIsNoNumberIsNone(String value) {
        assertThat(problems("number: " + value)).singleElement().asString().contains("number must be a number");
    }

    @ParameterizedTest
    @CsvSource({"true, true", "Yes, true", "ON, true", "False, false", "no, false", "oFF, false"})
    void wordsThatMeanYesAndNo(String word, boolean wanted) {
        assertThat(read("flag: " + word).flag()).isEqualTo(wanted);
        assertThat(read("text: " + word).text())
                .as("and stay words where one is wanted")
                .isEqualTo(word);
    }

    /** In Turkish an I in lower case has no dot, so that a machine of that language might not know its own words. */
    @Test
    void wordsMeanTheSameInEveryLanguageOfTheMachine() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr-TR"));
            assertThat(read("flag: TRUE\nnumber: 1.5\nwhole: 3")).isEqualTo(read("{flag: yes, number: 1.5, whole: 3}"));
            assertThat(Recipes.read(Plain.class, recipe, List.of("flag=off"), folder)
                            .yaml())
                    .contains("flag: false");
        } finally {
            Locale.setDefault(before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"y", "n", "1", "0", "truE!", "ja", "tr ue", "yes no"})
    void whatMeansNeitherIsTold(String word) {
        assertThat(problems("flag: " + word)).singleElement().asString().contains("flag must be true or false", word);
    }

    @Test
    void textIsWhatStandsThere() {
        assertThat(read("text: null and void").text()).isEqualTo("null and void");
        assertThat(read("text: '~'").text()).isEqualTo("~");
        assertThat(read("text: 2024-01-01").text()).isEqualTo("2024-01-01");
        assertThat(read("text: 0777").text()).isEqualTo("0777");
        assertThat(read("text: \"a\\tb\\u00e9\\U0001F600\"").text()).isEqualTo("a\tb\u00e9\uD83D\uDE00");
        assertThat(read("text: '猫 — Katze' # كلب").text()).isEqualTo("猫 — Katze");
        assertThat(read("text: |\n  a\n\n  b\n").text()).isEqualTo("a\n\nb\n");
        assertThat(read("text: >-\n  a\n  b\n").text()).isEqualTo("a b");
    }

    @Test
    void everyLineEndIsALineEnd() {
        assertThat(read("whole: 1\r\ntext: a\r\nwords:\r\n- b\r\n- c\r\n"))
                .isEqualTo(read("whole: 1\ntext: a\nwords: [b, c]"));
        assertThat(problems("whole: 1\r\n\r\nnumber: x\r\n"))
                .singleElement()
                .asString()
                .contains("recipe.yaml:3:");
    }

    @Test
    void aKeyGivenTwiceIsToldWithBothLines() {
        assertThat(problems("whole: 1\ntext: a\nwhole: 1\n"))
                .singleElement()
                .asString()
                .contains("recipe.yaml:3", "whole is given twice", "recipe.yaml:1");
        assertThat(problems("counts: {a: 1, 'a': 2}"))
                .singleElement()
                .asString()
                .contains("counts.a is given twice");
    }

    @Test
    void anchorsStandForWhatTheyNameAndNothingElse() {
        assertThat(read("words: &w [a, b]\ntext: &t hello\n").words()).containsExactly("a", "b");
        assertThat(read("counts: {a: &n 3, b: *n}\nwhole: *n").counts()).containsEntry("b", 3);
        assertThat(problems("whole: *nobody")).singleElement().asString().contains("recipe.yaml:1", "nobody");
        assertThat(problems("words: &w [*w]")).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "whole: 1\n\tnumber: 2",
                "\twhole: 1",
                "whole: [1",
                "whole: {",
                "whole: 'a",
                "- a\n- b",
                "just a word",
                "%YAML",
                "whole: 1\n---\nwhole: 2\n",
                "whole: 1\n whole: 2",
                "@whole: 1",
                "whole: `1`",
                "a: b: c"
            })
    void whatIsNoYamlOrNoRecipeIsOneLineThatSaysWhere(String yaml) {
        assertThat(problems(yaml))
                .singleElement()
                .asString()
                .startsWith(recipe + ":")
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text: !!java.net.URL [a]", "text: !!javax.script.ScriptEngineManager []", "text: !own a"})
    void aTagMakesNothing(String yaml) {
        assertThat(problems(yaml)).anySatisfy(line -> assertThat(line).containsIgnoringCase("tag"));
    }

    @Test
    void keysThatAreNoWordsAreTold() {
        assertThat(problems("[a, b]: 1")).anySatisfy(line -> assertThat(line).contains("a key must be a word"));
        assertThat(problems("? {a: b}\n: 1"))
                .anySatisfy(line -> assertThat(line).contains("a key must be a word"));
        assertThat(problems("Whole: 1")).singleElement().asString().contains("Whole", "whole");
        assertThat(problems("~: 1")).isNotEmpty();
    }

    @Test
    void aNestWithoutEndIsRefusedAtOnce() {
        assertThat(problems("words: " + "[".repeat(5000))).hasSize(1);
        assertThat(problems("counts: " + "{a: ".repeat(400) + "1" + "}".repeat(400)))
                .hasSize(1);
    }

    /** What follows the line is not lost on whoever counts problems by lines. */
    @Test
    void aProblemOfSeveralLinesIsStillOfItsOwnLine() {
        assertThat(problems("number: |\n  one\n  two\nflag: perhaps\n"))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).startsWith(recipe + ":"));
        assertThatThrownBy(() -> read("whole: " + "x".repeat(5000))).isInstanceOf(InvalidInput.class);
    }
}
