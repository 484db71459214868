package org.moslora.studio.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stands behind an address's question mark: read, written again, and without the token. */
final class QueryTest {
    private static final String[] LETTERS = {
        "a", "&", "=", "%", "+", " ", "/", "?", "#", "é", "猫", "😀", "\"", "\r\n", ";"
    };

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(6); length > 0; length--) {
            text.append(LETTERS[random.nextInt(LETTERS.length)]);
        }
        return text.toString();
    }

    @Test
    void whateverIsWrittenIsReadAgain() {
        Random random = new Random(3);
        for (int i = 0; i < 2000; i++) {
            String name = "n" + text(random);
            String one = text(random);
            String other = text(random);
            String raw = Query.encoded(name) + "=" + Query.encoded(one) + "&x=1&" + Query.encoded(name) + "="
                    + Query.encoded(other);
            assertThat(raw).matches("[!-~]+").doesNotContain("#", "\"", "?", "/");
            Query query = Query.of(raw);
            assertThat(query.all(name)).containsExactly(one, other);
            assertThat(query.get(name)).isEqualTo(one);
        }
    }

    @Test
    void withoutATokenTheRestStaysAsItWas() {
        Random random = new Random(4);
        for (int i = 0; i < 500; i++) {
            String value = text(random);
            Query query = Query.of("a=" + Query.encoded(value) + "&token=secret&b=2&a=3&token=again");
            String rest = query.without("token");
            assertThat(rest).startsWith("?").doesNotContain("secret", "again", "token");
            Query again = Query.of(rest.substring(1));
            assertThat(again.all("a")).containsExactly(value, "3");
            assertThat(again.get("b")).isEqualTo("2");
        }
        assertThat(Query.of("token=x").without("token")).isEmpty();
        assertThat(Query.of("").without("token")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "n=7, 7",
        "n=0, 0",
        "n=000000007, 7",
        "n=999999999, 999999999",
        "n=9999999999, -5",
        "n=-1, -5",
        "n=1.5, -5",
        "n=, -5",
        "n, -5",
        "m=1, -5",
        "n=%D9%A3, -5",
        "n=7&n=8, 7",
        "n=+7, -5"
    })
    void numbersAreWholeOnesFromZeroOn(String raw, int expected) {
        assertThat(Query.of(raw).number("n", -5)).isEqualTo(expected);
    }

    @Test
    void whatCannotBeReadIsEmpty() {
        for (String raw : List.of("a=%", "a=%4", "a=%zz", "a=%E7%8")) {
            assertThat(Query.of(raw).get("a")).as(raw).isIn("", "\uFFFD", "\uFFFD8");
        }
        assertThat(Query.of("&&&").get("")).isEmpty();
        assertThat(Query.of("=x").get("")).isEqualTo("x");
        assertThat(Query.of("a=b=c").get("a")).isEqualTo("b=c");
        assertThat(Query.of("a=1").all("b")).isEmpty();
    }
}
