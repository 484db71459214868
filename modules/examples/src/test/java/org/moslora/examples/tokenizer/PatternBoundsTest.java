package org.moslora.examples.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.problems.InvalidInput;

/** Patterns of published tokenizers are taken, with any text; those whose steps have no bound are refused by name. */
@Timeout(20)
class PatternBoundsTest {
    private static final List<String> TEXTS = List.of(
            "x".repeat(20_000),
            " ".repeat(20_000),
            "\n".repeat(5_000) + "\r".repeat(5_000),
            "don't ".repeat(2_000),
            "漢字かな".repeat(3_000),
            "1234567890".repeat(1_000),
            "!?#…".repeat(3_000),
            "\uD83D\uDE00\u200d".repeat(4_000),
            "e\u0301".repeat(4_000));

    /** As the files of GPT-2, cl100k, o200k, Llama 3, Qwen 2, DeepSeek, Falcon, Bloom and StarCoder have them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
                "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
                "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
                "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
                "[\\r\\n]",
                "\\s?[A-Za-zµÀ-ÖØ-öø-ƺ]+",
                "\\s?[!-/:-~！-／：-～‘-‟　-。]+",
                "[一-龥ࠀ-一가-퟿]+",
                " ?[^(\\s|[.,!?…。，、।۔،])]+",
                "\\d|\\p{Han}+|[^\\n]",
                "(?:'s|'t)|(?>\\p{L}+)|(?<!x)y{2,5}?z"
            })
    void patternsOfPublishedTokenizersAreTakenWithLongTexts(String pattern) {
        BoundedPattern bounded = BoundedPattern.of("tokenizer.json", pattern);

        TEXTS.forEach(bounded::mustTake);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "(a+)+b ~ a repetition of what is of varying length",
                "(a|aa)*c ~ a repetition of what is of varying length",
                "(a?){20} ~ a repetition of what is of varying length",
                "((ab)*)* ~ a repetition of what is of varying length",
                "(?:x{1,3})+ ~ a repetition of what is of varying length",
                "(\\s*\\w)+ ~ a repetition of what is of varying length",
                "a{2}+b ~ a repetition of a repetition",
                "a+*b ~ a repetition of a repetition",
                "(a)\\1 ~ a reference to a group",
                "\\k<name> ~ a reference to a group",
                "(?<name>a) ~ a group '(?<na'",
                "(?(1)a|b) ~ a group '(?(1)'",
                "(?R) ~ a group '(?R)'",
                "(ab ~ a bracket that is never closed",
                "ab) ~ a bracket too many",
                "[ab ~ a letter class that is never closed",
                "ab\\ ~ a backslash at its end",
                "a{9999}b{9999} ~ written out to more than 10000 letters",
                "(abcdefghij){2000} ~ written out to more than 10000 letters"
            })
    void whatHasNoBoundIsRefusedByName(String pattern, String message) {
        assertThatThrownBy(() -> BoundedPattern.of("tokenizer.json: pre_tokenizer: Split", pattern))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("tokenizer.json: pre_tokenizer: Split: has pattern '" + pattern + "'")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({
        "a, false",
        "a?, true",
        "a*, true",
        "a+, false",
        "'a{0,3}', true",
        "'a{2,3}', false",
        "a|b*, true",
        "a|b, false",
        "a*b, false",
        "(a*)(b?), true",
        "(?=a), true",
        "(?=a)b, false",
        "^, true",
        "^$, true",
        "\\b, true",
        "\\bx, false",
        "(?i), true",
        "a|, true",
        "[*?], false",
        "\\*, false",
        "x\\{, false"
    })
    void whatMayMatchNothingIsKnown(String pattern, boolean nothing) {
        assertThat(BoundedPattern.of("here", pattern).matchesNothing()).isEqualTo(nothing);
    }

    @Test
    void bracketsMayNotBeNestedWithoutEnd() {
        String deep = "(".repeat(60) + "a" + ")".repeat(60);

        assertThatThrownBy(() -> BoundedPattern.of("here", deep)).hasMessageContaining("brackets more than 50 deep");
        BoundedPattern.of("here", "(".repeat(40) + "a" + ")".repeat(40)).mustTake("a".repeat(100));
    }

    @Test
    void aPatternOfImmenseLengthIsNotLookedAt() {
        assertThatThrownBy(() -> BoundedPattern.of("here", "a".repeat(10_001)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("here: has a pattern of 10001 letters, 10000 at most");
    }

    /** Steps that grow with the square of a text are no exponential ones, and yet too many for a long text. */
    @Test
    void aTextThatTakesTooManyStepsIsRefused() {
        BoundedPattern quadratic = BoundedPattern.of("here", "x+y");

        quadratic.mustTake("x".repeat(500));
        quadratic.mustTake("xy".repeat(50_000));
        assertThatThrownBy(() -> quadratic.mustTake("x".repeat(50_000)))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("here: takes too long over a text of 50000 letters");
    }
}
