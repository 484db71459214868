package org.moslora.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.examples.text.Conversation;
import org.moslora.examples.text.Turn;

/**
 * Sound rows of which one value after the other, at every depth, is made each other kind of JSON, or taken away: each
 * row is read or refused by a rule with a message, and never the file.
 */
class HostileRowsTest {
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "0",
            "-1.5",
            "1e400",
            "\"\"",
            "\" \"",
            "\"x\"",
            "\"<image>\"",
            "[]",
            "[[]]",
            "[null]",
            "[\"x\"]",
            "{}",
            "{\"x\": 1}",
            "{\"type\": \"text\"}",
            "\"\\u0000x\"",
            "\"" + "y".repeat(500) + "\"");

    @TempDir
    Path folder;

    static Stream<String> sound() {
        return Stream.of(
                        "{'id': 'r', 'image': 'a.png', 'system': 'S', 'conversations': [{'from': 'human', 'value':"
                                + " '<image>Q'}, {'from': 'gpt', 'value': 'A', 'weight': 1}]}",
                        "{'id': 3, 'images': ['a.png', {'path': 'b.png'}], 'tools': [{'name': 'f'}], 'messages':"
                                + " [{'role': 'system', 'content': 'S'}, {'role': 'user', 'content': [{'type': 'image'},"
                                + " {'type': 'text', 'text': 'Q'}, {'type': 'image_url', 'image_url': {'url': 'c.png'}}]},"
                                + " {'role': 'assistant', 'content': 'A'}]}",
                        "{'instruction': 'I', 'input': 'N', 'output': 'O', 'history': [['Q', 'A']], 'system': 'S'}",
                        "{'instruction': 'I', 'output': 'the answer is true', 'answer': 'true'}",
                        "{'query': '<image><ref-object>: <bbox>', 'response': 'R', 'images': ['a.png'], 'objects':"
                                + " {'ref': ['cat'], 'bbox': [[1, 2, 3, 4]], 'bbox_type': 'real', 'image_id': [0]}}")
                .map(row -> row.replace('\'', '"'));
    }

    private static final String GOOD = "{\"id\": \"good\", \"messages\": [{\"role\": \"user\", \"content\": \"Q\"},"
            + " {\"role\": \"assistant\", \"content\": \"A\"}]}";

    /** Every row that has one value less, or another in its place. */
    private static List<JsonElement> spoilt(JsonElement row) {
        List<JsonElement> all = new ArrayList<>();
        for (String value : VALUES) {
            all.add(JsonParser.parseString(value));
        }
        if (row instanceof JsonObject object) {
            for (String key : object.keySet()) {
                JsonObject without = object.deepCopy();
                without.remove(key);
                all.add(without);
                spoilt(object.get(key)).forEach(value -> {
                    JsonObject other = object.deepCopy();
                    other.add(key, value);
                    all.add(other);
                });
            }
        } else if (row instanceof JsonArray array) {
            for (int i = 0; i < array.size(); i++) {
                int place = i;
                JsonArray without = array.deepCopy();
                without.remove(i);
                all.add(without);
                spoilt(array.get(i)).forEach(value -> {
                    JsonArray other = array.deepCopy();
                    other.set(place, value);
                    all.add(other);
                });
            }
        }
        return all;
    }

    static Stream<Arguments> purposes() {
        return sound().flatMap(row -> Stream.of(Purpose.values()).map(purpose -> Arguments.of(row, purpose)));
    }

    private ConversationRows read(List<JsonElement> rows, Purpose purpose) throws Exception {
        StringBuilder lines = new StringBuilder();
        rows.forEach(row -> lines.append(row).append('\n'));
        Path file = Files.writeString(folder.resolve("rows.jsonl"), lines.append(GOOD));
        return ConversationFiles.read(List.of(file), null, purpose);
    }

    @ParameterizedTest
    @MethodSource("purposes")
    void everySpoiltRowIsReadOrRefusedAndTheOthersStay(String row, Purpose purpose) throws Exception {
        List<JsonElement> rows = spoilt(JsonParser.parseString(row));
        assertThat(rows).hasSizeGreaterThan(70);

        ConversationRows read = read(rows, purpose);

        long refused = read.findings().stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .count();
        assertThat(read.total()).isEqualTo(rows.size() + 1);
        assertThat(read.rows().size() + refused).isEqualTo(read.total());
        assertThat(read.findings()).allSatisfy(finding -> {
            assertThat(finding.rule()).matches("[a-z]+(-[a-z]+)+|media");
            assertThat(finding.message()).hasSizeBetween(10, 600);
        });
        if (purpose != Purpose.PREFERENCE) {
            assertThat(read.rows().get(read.rows().size() - 1).conversation().id())
                    .isEqualTo("good");
        }
    }

    /** What is read has turns that can be spelt: by turns, the user first, with no answer missing. */
    @ParameterizedTest
    @MethodSource("sound")
    void whatIsReadIsWellFormed(String row) throws Exception {
        for (ConversationRow read :
                read(spoilt(JsonParser.parseString(row)), Purpose.TRAINING).rows()) {
            Conversation conversation = read.conversation();
            assertThat(conversation.turns()).isNotEmpty();
            assertThat(conversation.turns().size() % 2).isZero();
            for (int i = 0; i < conversation.turns().size(); i++) {
                Turn turn = conversation.turns().get(i);
                assertThat(turn.role().ordinal()).isEqualTo(i % 2);
                assertThat(i % 2 == 1 && turn.learnt() && turn.text().isBlank()).isFalse();
            }
            assertThat(conversation.images())
                    .allSatisfy(name -> assertThat(name).isNotBlank());
            assertThat(conversation.id()).isNotBlank();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://a/b.png",
                "https://a/b.png",
                "HTTPS://a",
                "data:image/png;base64,AAAA",
                "file:///a.png",
                "s3://b/c",
                "ftp://d"
            })
    void picturesElsewhereAreNamedAndNotFetched(String name) throws Exception {
        JsonObject row = JsonParser.parseString(sound().toList().get(0)).getAsJsonObject();
        row.addProperty("image", name);

        assertThat(read(List.of(row), Purpose.TRAINING).findings())
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.rule()).isEqualTo("image-form");
                    assertThat(finding.message()).contains("download it first");
                });
    }
}
