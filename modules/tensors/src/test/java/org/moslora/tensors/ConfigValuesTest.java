package org.moslora.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Problems;

/** Every kind of setting against every kind of JSON value: it is read exactly, or told and the default taken. */
class ConfigValuesTest {
    private final Problems problems = new Problems();

    private ConfigSection section(String value) {
        return ConfigSection.parse("config.json", "{\"k\": " + value.replace('\'', '"') + "}", problems);
    }

    private void told(boolean told, String expected) {
        assertThat(problems.found()).hasSize(told ? 1 : 0);
        if (told) {
            assertThat(problems.found().get(0).where()).isEqualTo("config.json");
            assertThat(problems.found().get(0).what()).startsWith("k must be " + expected + ", got ");
        }
    }

    /** A value that cannot be read is −1, which no row of the table has. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1          | 1",
                "1.0        | 1",
                "1e3        | 1000",
                "2147483647 | 2147483647",
                "2147483648 | -1",
                "1e400      | -1",
                "0          | -1",
                "-3         | -1",
                "1.5        | -1",
                "'1'        | -1",
                "true       | -1",
                "[1]        | -1",
                "{}         | -1",
                "null       | 77"
            })
    void sizesArePositiveAndWhole(String value, int expected) {
        int size = section(value).size("k", 77);

        assertThat(size).isEqualTo(expected == -1 ? 77 : expected);
        told(expected == -1, "a positive whole number");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "-2147483647 | true",
                "0           | true",
                "-0.0        | true",
                "4e0         | true",
                "0.5         | false",
                "3e9         | false",
                "'0'         | false",
                "false       | false"
            })
    void wholeNumbersMayBeNegative(String value, boolean read) {
        int whole = section(value).whole("k", 77);

        assertThat(whole).isEqualTo(read ? (int) Double.parseDouble(value.strip()) : 77);
        told(!read, "a whole number");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"1e-6 | true", "-0.5 | true", "7 | true", "'1e-6' | false", "[1] | false", "true | false"})
    void numbersAreNumbersAndNoTexts(String value, boolean read) {
        double number = section(value).number("k", 0.25);

        assertThat(number).isEqualTo(read ? Double.parseDouble(value.strip()) : 0.25);
        told(!read, "a number");
    }

    @ParameterizedTest
    @CsvSource({"true, true", "false, false", "1, ", "'\"true\"', ", "[], "})
    void flagsAreTrueOrFalseAndNothingLikeIt(String value, Boolean expected) {
        assertThat(section(value).flag("k", true)).isEqualTo(expected == null || expected);
        told(expected == null, "true or false");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "true", "['a']", "{'a': 1}"})
    void textsAreNothingElse(String value) {
        assertThat(section(value).text("k", "usual")).isEqualTo("usual");
        told(true, "a text");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[4, 2.0, 1e1] | 4,2,10",
                "5 | 5,5,5",
                "[1, 2] | told",
                "[1, 0, 2] | told",
                "[1, '2', 3] | told",
                "[1, null, 3] | told",
                "[[1], 2, 3] | told",
                "[1, 2, 3, 4] | told",
                "'123' | told"
            })
    void aSizeOfEachBlockIsAListOfThemOrOneForAll(String value, String expected) {
        List<Integer> sizes = section(value).sizes("k", 9, 3);

        boolean told = expected.equals("told");
        assertThat(sizes)
                .isEqualTo(
                        told
                                ? List.of(9, 9, 9)
                                : List.of(expected.split(",")).stream()
                                        .map(Integer::valueOf)
                                        .toList());
        assertThat(problems.found()).hasSize(told ? 1 : 0);
    }

    @Test
    void listsOfNumbersAndTextsAreReadWholeOrNotAtAll() {
        assertThat(section("[0.5, -1, 2e0]").numbers("k", List.of())).containsExactly(0.5, -1.0, 2.0);
        assertThat(section("['a', 'b']").texts("k", List.of())).containsExactly("a", "b");
        assertThat(problems.isEmpty()).isTrue();
        assertThat(section("[0.5, 'x']").numbers("k", List.of(3.0))).containsExactly(3.0);
        assertThat(section("['a', 2]").texts("k", List.of("z"))).containsExactly("z");
        assertThat(section("'a'").texts("k", List.of("z"))).containsExactly("z");
        assertThat(problems.found()).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'silu' | 'silu' | true",
                "'gelu' | 'silu' | false",
                "1.0 | 1 | true",
                "1 | 1.0 | true",
                "2 | 1 | false",
                "'1' | 1 | false",
                "true | true | true",
                "false | true | false",
                "null | 1 | true"
            })
    void whatCanBeComputedOneWayOnlyMustSaySo(String value, String only, boolean fits) {
        section(value).mustBe("k", only.replace('\'', '"'));

        assertThat(problems.isEmpty()).isEqualTo(fits);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"null | true", "false | true", "true | false", "0 | false", "{} | false", "'' | false"})
    void whatIsNotComputedMustBeAbsentOrFalse(String value, boolean absent) {
        section(value).mustBeAbsent("other", "k");

        assertThat(problems.isEmpty()).isEqualTo(absent);
    }

    @Test
    void problemsOfSectionsAreToldTogetherUnderTheirPath() {
        ConfigSection outer = section("{'inner': {'size': 'x', 'more': {'size': -1}}}");
        ConfigSection inner = outer.section("k").section("inner");
        inner.size("size", 1);
        inner.section("more").size("size", 1);
        outer.empty("elsewhere").size("size", 1);
        outer.section("k").flag("inner", false);

        assertThat(problems.found())
                .extracting(problem -> problem.where())
                .containsExactly("config.json k inner", "config.json k inner more", "config.json k");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "3", "null", "{\"a\": ", "{\"a\" 1}", "<html>"})
    void whatIsNoObjectIsNamed(String text, @TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("config.json"), text);

        assertThatThrownBy(() -> ConfigSection.ofFolder(folder, problems))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("config.json: ");
    }

    @Test
    void depthDoesNotOverflowTheStack(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("config.json"), "{\"a\":" + "[".repeat(200_000));

        assertThatThrownBy(() -> ConfigSection.ofFolder(folder, problems))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("cannot be read as JSON");
    }
}
