package org.moslora.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.examples.text.Conversation;
import org.moslora.examples.text.Role;
import org.moslora.problems.InvalidInput;

/** Fields of OpenAI's protocol, what they mean, and what is said where they mean nothing. */
final class RequestFieldsTest {
    private static final String USER = "{\"role\": \"user\", \"content\": \"a\"}";

    private static ChatRequest request(String more) {
        return ChatRequest.of(fields("{\"messages\": [" + USER + "]" + more + "}"));
    }

    private static Fields fields(String json) {
        return new Fields(JsonParser.parseString(json).getAsJsonObject());
    }

    private static Conversation conversation(String messages) {
        return ChatRequest.of(fields("{\"messages\": [" + messages + "]}")).conversation();
    }

    @Test
    void whatIsNotSaidIsGreedyAndWhole() {
        ChatRequest plain = request("");
        assertThat(plain.sampling().temperature()).isZero();
        assertThat(plain.sampling().topP()).isEqualTo(1);
        assertThat(plain.stops()).isEmpty();
        assertThat(plain.stream()).isFalse();
        assertThat(plain.usage()).isFalse();
        ChatRequest nulls = request(", \"temperature\": null, \"stop\": null, \"max_tokens\": null, \"stream\": null,"
                + " \"seed\": null, \"tools\": null, \"n\": null, \"stream_options\": null");
        assertThat(nulls.sampling()).isEqualTo(plain.sampling());
    }

    @Test
    void theNewerNameForTheLongestAnswerCountsFirst() {
        assertThat(request(", \"max_tokens\": 5").sampling().maxTokens()).isEqualTo(5);
        assertThat(request(", \"max_tokens\": 5, \"max_completion_tokens\": 7")
                        .sampling()
                        .maxTokens())
                .isEqualTo(7);
        assertThat(request(", \"max_tokens\": 5, \"max_completion_tokens\": null")
                        .sampling()
                        .maxTokens())
                .isEqualTo(5);
    }

    /** A double has no more than fifty-three bits, and seeds have sixty-four. */
    @ParameterizedTest
    @ValueSource(strings = {"9007199254740993", "9223372036854775807", "-9223372036854775808", "0", "-1", "12e2"})
    void aSeedIsReadToItsLastDigit(String seed) {
        long expected = new java.math.BigDecimal(seed).longValueExact();
        assertThat(request(", \"seed\": " + seed).sampling().seed()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"seed\": 1.5",
                "\"seed\": 9223372036854775808",
                "\"seed\": \"1\"",
                "\"seed\": 1e999999999",
                "\"max_tokens\": 0",
                "\"max_tokens\": -1",
                "\"max_tokens\": 131073",
                "\"max_tokens\": true",
                "\"temperature\": 2.01",
                "\"temperature\": -0.1",
                "\"temperature\": 1e400",
                "\"temperature\": \"0\"",
                "\"top_p\": 0",
                "\"top_p\": 1.1",
                "\"stop\": [\"a\", \"b\", \"c\", \"d\", \"e\"]",
                "\"stop\": [\"\"]",
                "\"stop\": \"\"",
                "\"stop\": 3",
                "\"stop\": [3]",
                "\"stream\": 1",
                "\"stream_options\": true",
                "\"stream_options\": {\"include_usage\": \"yes\"}"
            })
    void whatIsAgainstAFieldsRuleIsRefusedByItsName(String more) {
        String name = more.contains("include_usage") ? "include_usage" : more.split("\"")[1];
        assertThatThrownBy(() -> request(", " + more))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("\"" + name + "\" must be");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"n\": 1 | \"n\": 2",
                "\"n\": 1.0 | \"n\": 0",
                "\"tools\": [] | \"tools\": [{}]",
                "\"functions\": [] | \"functions\": [{\"name\": \"f\"}]",
                "\"logprobs\": false | \"logprobs\": true",
                "\"logit_bias\": {} | \"logit_bias\": {\"1\": 5}",
                "\"frequency_penalty\": 0 | \"frequency_penalty\": 0.5",
                "\"presence_penalty\": 0.0 | \"presence_penalty\": -1",
                "\"response_format\": {\"type\": \"text\"} | \"response_format\": {\"type\": \"json_object\"}",
                "\"modalities\": [\"text\"] | \"modalities\": [\"text\", \"audio\"]"
            })
    void whatWouldChangeTheAnswerIsRefusedAndWhatSaysThatItDoesNotIsTaken(String harmless, String refused) {
        assertThat(request(", " + harmless).sampling()).isEqualTo(request("").sampling());
        assertThatThrownBy(() -> request(", " + refused))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(refused.split("\"")[1])
                .hasMessageContaining("not computed");
    }

    @Test
    void whatIsShownOfALongValueIsItsBeginning() {
        assertThatThrownBy(() -> request(", \"temperature\": \"" + "x".repeat(100_000) + "\""))
                .satisfies(wrong -> assertThat(wrong.getMessage().length()).isLessThan(300));
    }

    @Test
    void messagesOfOneSideInARowAreOneTurn() {
        Conversation said = conversation("{\"role\": \"system\", \"content\": \"be kind\"},"
                + "{\"role\": \"developer\", \"content\": \"be short\"}," + USER
                + ",{\"role\": \"user\", \"content\": [{\"type\": \"text\", \"text\": \"b\"},"
                + " {\"type\": \"text\", \"text\": \"c\"}]},"
                + "{\"role\": \"assistant\", \"content\": \"d\"}," + USER);
        assertThat(said.system()).isEqualTo("be kind\nbe short");
        assertThat(said.turns()).extracting(turn -> turn.role()).containsExactly(Role.USER, Role.ASSISTANT, Role.USER);
        assertThat(said.turns()).extracting(turn -> turn.text()).containsExactly("a\nb\nc", "d", "a");
    }

    @Test
    void aPictureStandsBeforeTheTextOfItsMessage() {
        String url = "data:image/png;base64," + Base64.getEncoder().encodeToString(new byte[] {1, 2, 3});
        String picture = "{\"type\": \"image_url\", \"image_url\": {\"url\": \"" + url + "\", \"detail\": \"low\"}}";
        ChatRequest request = ChatRequest.of(fields("{\"messages\": [{\"role\": \"user\", \"content\":"
                + " [{\"type\": \"text\", \"text\": \"which?\"}, " + picture + ", " + picture + "]}]}"));
        assertThat(request.conversation().turns().get(0).text()).isEqualTo("<image>\n<image>\nwhich?");
        assertThat(request.conversation().images()).hasSize(2).doesNotHaveDuplicates();
        assertThat(request.pictures().values())
                .allSatisfy(bytes -> assertThat(bytes).containsExactly(1, 2, 3));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"role\": \"assistant\", \"content\": \"a\"} | begin and end",
                "{\"role\": \"user\", \"content\": \"a\"},{\"role\": \"assistant\", \"content\": \"b\"} | begin and end",
                "{\"role\": \"user\", \"content\": \"a\"},{\"role\": \"system\", \"content\": \"b\"} | messages[1]",
                "{\"content\": \"a\"} | role must be",
                "{\"role\": \"tool\", \"content\": \"a\"} | got \"tool\"",
                "{\"role\": \"user\"} | content",
                "{\"role\": \"user\", \"content\": 3} | content",
                "{\"role\": \"user\", \"content\": [3]} | content",
                "{\"role\": \"user\", \"content\": [{}]} | messages[0]",
                "{\"role\": \"user\", \"content\": [{\"type\": \"text\"}]} | without a text",
                "{\"role\": \"user\", \"content\": [{\"type\": \"text\", \"text\": 3}]} | text",
                "{\"role\": \"user\", \"content\": [{\"type\": \"image_url\"}]} | data URL",
                "{\"role\": \"user\", \"content\": [{\"type\": \"image_url\", \"image_url\": \"x\"}]} | image_url",
                "{\"role\": \"user\", \"content\": [{\"type\": \"input_audio\"}]} | input_audio",
                "{\"role\": \"system\", \"content\": \"<image>\"} | stands for a picture"
            })
    void aMessageThatCannotBeReadIsNamed(String messages, String words) {
        assertThatThrownBy(() -> conversation(messages))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(words);
        assertThatThrownBy(() -> ChatRequest.of(fields("{}"))).hasMessageContaining("messages");
    }

    @Test
    void onlySoManyPicturesAreTaken() {
        String part = "{\"type\": \"image_url\", \"image_url\": {\"url\": \"data:image/png;base64,AQID\"}}";
        String parts = String.join(",", java.util.Collections.nCopies(17, part));
        assertThatThrownBy(() -> conversation("{\"role\": \"user\", \"content\": [" + parts + "]}"))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("16 pictures");
    }

    @Test
    void adaptersAreNamesWithScales() {
        assertThat(fields("{\"adapters\": [\"a:0.5\", \"b\"]}").adapters())
                .extracting(adapter -> adapter.path() + "=" + adapter.weight())
                .containsExactly("a=0.5", "b=1.0");
        assertThat(fields("{\"adapters\": \"a\"}").adapters()).hasSize(1);
        assertThat(fields("{}").adapters()).isEmpty();
        for (String none : List.of("\"\"", "[\" \"]", "[\"a:1e999\"]", "{}", "[1]")) {
            assertThatThrownBy(() -> fields("{\"adapters\": " + none + "}").adapters())
                    .as(none)
                    .isInstanceOf(InvalidInput.class);
        }
    }
}
