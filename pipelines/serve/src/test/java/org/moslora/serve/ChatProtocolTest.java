package org.moslora.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.layers.Engine;

/** Answers in OpenAI's protocol, as a client that trusts it reads them: counts, reasons, chunks, seeds, texts to stop at. */
@Timeout(120)
final class ChatProtocolTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    static Path folder;

    private static ModelService serve;

    @BeforeAll
    static void start() throws IOException {
        Engine.start(1);
        serve = TinyModels.write(folder).start("", Duration.ofSeconds(60));
    }

    @AfterAll
    static void stop() {
        serve.close();
    }

    private static HttpResponse<String> sent(String more) throws IOException, InterruptedException {
        String body = "{\"messages\": [{\"role\": \"user\", \"content\": \"What is it?\"}]" + more + "}";
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create(serve.url() + "/v1/chat/completions"))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** What came of a question, whole or put together. */
    private record Said(String text, String reason, JsonObject usage) {}

    private static Said whole(String more) throws IOException, InterruptedException {
        HttpResponse<String> answer = sent(more);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonObject json = JsonParser.parseString(answer.body()).getAsJsonObject();
        JsonObject choice = json.getAsJsonArray("choices").get(0).getAsJsonObject();
        assertThat(choice.get("index").getAsInt()).isZero();
        assertThat(choice.getAsJsonObject("message").get("role").getAsString()).isEqualTo("assistant");
        return new Said(
                choice.getAsJsonObject("message").get("content").getAsString(),
                choice.get("finish_reason").getAsString(),
                json.getAsJsonObject("usage"));
    }

    private static List<JsonObject> chunks(String more) throws IOException, InterruptedException {
        HttpResponse<String> answer = sent(more + ", \"stream\": true");
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
        List<JsonObject> chunks = new ArrayList<>();
        String[] events = answer.body().split("\n\n");
        for (String event : events) {
            assertThat(event).startsWith("data: ").doesNotContain("\n");
            if (!event.equals("data: [DONE]")) {
                chunks.add(JsonParser.parseString(event.substring(6)).getAsJsonObject());
            }
        }
        assertThat(events[events.length - 1]).isEqualTo("data: [DONE]");
        return chunks;
    }

    private static Said together(List<JsonObject> chunks) {
        StringBuilder text = new StringBuilder();
        List<String> reasons = new ArrayList<>();
        JsonObject usage = new JsonObject();
        for (JsonObject chunk : chunks) {
            for (JsonElement each : chunk.getAsJsonArray("choices")) {
                JsonElement part =
                        each.getAsJsonObject().getAsJsonObject("delta").get("content");
                text.append(part == null ? "" : part.getAsString());
                JsonElement reason = each.getAsJsonObject().get("finish_reason");
                if (!reason.isJsonNull()) {
                    reasons.add(reason.getAsString());
                }
            }
            usage = chunk.has("usage") ? chunk.getAsJsonObject("usage") : usage;
        }
        assertThat(reasons).as("said once").hasSize(1);
        return new Said(text.toString(), reasons.get(0), usage);
    }

    private static int count(Said said, String name) {
        return said.usage().get(name).getAsInt();
    }

    @Test
    void tokensAreCountedAndALengthThatIsReachedIsTheReason() throws Exception {
        int prompt = count(whole(", \"max_tokens\": 1"), "prompt_tokens");
        for (int most : new int[] {1, 2, 5, 9}) {
            Said said = whole(", \"max_tokens\": " + most);
            assertThat(count(said, "prompt_tokens")).isEqualTo(prompt);
            assertThat(count(said, "completion_tokens")).isLessThanOrEqualTo(most);
            assertThat(count(said, "total_tokens")).isEqualTo(prompt + count(said, "completion_tokens"));
            assertThat(said.reason()).isEqualTo(count(said, "completion_tokens") == most ? "length" : "stop");
        }
    }

    @Test
    void aLongerAnswerBeginsAsAShorterOne() throws Exception {
        String five = whole(", \"max_tokens\": 5").text();
        assertThat(whole(", \"max_tokens\": 9").text()).startsWith(five);
    }

    @Test
    void chunksTogetherAreTheAnswer() throws Exception {
        for (String more : List.of(
                ", \"max_tokens\": 9",
                ", \"max_tokens\": 9, \"temperature\": 1.5, \"seed\": 3",
                ", \"max_tokens\": 12, \"temperature\": 2, \"seed\": 4, \"stop\": [\"e\", \" \"]")) {
            Said whole = whole(more);
            List<JsonObject> chunks = chunks(more + ", \"stream_options\": {\"include_usage\": true}");
            assertThat(together(chunks)).as(more).isEqualTo(whole);
            assertThat(chunks)
                    .extracting(chunk -> chunk.get("id").getAsString())
                    .containsOnly(chunks.get(0).get("id").getAsString());
            assertThat(chunks)
                    .extracting(chunk -> chunk.get("object").getAsString())
                    .containsOnly("chat.completion.chunk");
        }
    }

    @Test
    void theFirstChunkHasTheRoleAndTheLastOneTheCountsWhereTheyAreAskedFor() throws Exception {
        List<JsonObject> chunks = chunks(", \"max_tokens\": 3, \"stream_options\": {\"include_usage\": true}");
        JsonArray first = chunks.get(0).getAsJsonArray("choices");
        assertThat(first.get(0)
                        .getAsJsonObject()
                        .getAsJsonObject("delta")
                        .get("role")
                        .getAsString())
                .isEqualTo("assistant");
        JsonObject last = chunks.get(chunks.size() - 1);
        assertThat(last.getAsJsonArray("choices")).isEmpty();
        assertThat(last.getAsJsonObject("usage").keySet())
                .containsExactly("prompt_tokens", "completion_tokens", "total_tokens");
        assertThat(chunks(", \"max_tokens\": 3")).noneMatch(chunk -> chunk.has("usage"));
    }

    @Test
    void drawsAreFunctionsOfTheirSeed() throws Exception {
        String drawn = ", \"max_tokens\": 12, \"temperature\": 2, \"seed\": ";
        String first = whole(drawn + 7).text();
        assertThat(whole(drawn + 7).text()).isEqualTo(first);
        assertThat(List.of(
                        whole(drawn + 8).text(),
                        whole(drawn + 9).text(),
                        whole(drawn + 10).text()))
                .anyMatch(text -> !text.equals(first));
        assertThat(whole(", \"max_tokens\": 12, \"temperature\": 2, \"top_p\": 1e-9, \"seed\": 1")
                        .text())
                .as("of the smallest share only the likeliest tokens are left")
                .isEqualTo(whole(", \"max_tokens\": 12").text());
    }

    /** A text to stop at may begin in one token and end in another. */
    @Test
    void anAnswerIsCutAtEveryPlaceThatItIsToldTo() throws Exception {
        String drawn = ", \"max_tokens\": 10, \"temperature\": 2, \"seed\": 11";
        String text = whole(drawn).text();
        assertThat(text.length()).isGreaterThan(4);
        for (int at = 1; at + 2 < text.length(); at += 3) {
            JsonArray stops = new JsonArray();
            stops.add("never said");
            stops.add(text.substring(at, at + 2));
            Said cut = whole(drawn + ", \"stop\": " + stops);
            assertThat(cut.text()).isEqualTo(text.substring(0, text.indexOf(text.substring(at, at + 2))));
            assertThat(cut.reason()).isEqualTo("stop");
            assertThat(together(chunks(drawn + ", \"stop\": " + stops)).text()).isEqualTo(cut.text());
        }
    }

    @Test
    void countsOfAllAnswersAreInTheMetrics() throws Exception {
        long before = written();
        long tokens = count(whole(", \"max_tokens\": 4"), "completion_tokens");
        tokens += count(
                together(chunks(", \"max_tokens\": 3, \"stream_options\": {\"include_usage\": true}")),
                "completion_tokens");
        sent(", \"max_tokens\": 0");
        assertThat(written()).isEqualTo(before + tokens);
    }

    private static long written() throws IOException, InterruptedException {
        String text = CLIENT.send(
                        HttpRequest.newBuilder(URI.create(serve.url() + "/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        String series = "moslora_tokens_total{kind=\"completion\"} ";
        return Long.parseLong(text.lines()
                .filter(line -> line.startsWith(series))
                .findFirst()
                .orElseThrow()
                .substring(series.length()));
    }
}
