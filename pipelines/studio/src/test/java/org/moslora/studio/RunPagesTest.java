package org.moslora.studio;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs as their files say. */
final class RunPagesTest {
    @TempDir
    Path folder;

    private StudioUnderTest studio;

    @BeforeEach
    void start() throws IOException {
        studio = new StudioUnderTest(folder);
    }

    @AfterEach
    void end() {
        studio.close();
    }

    @Test
    void nothingThereYetSaysWhatToDo() throws IOException {
        assertThat(studio.get("/runs").body()).contains("data-testid=\"empty\"");
        assertThat(studio.get("/adapters").body()).contains("data-testid=\"empty\"");
        assertThat(studio.get("/data").body()).contains("data-testid=\"empty\"");
    }

    @Test
    void filesThatAreNoAdaptersStandApart() throws IOException {
        Files.write(Files.createDirectories(studio.models).resolve("notes.safetensors"), new byte[] {1, 2, 3});
        String page = studio.get("/adapters").body();
        assertThat(page).contains("1 that cannot be read as adapters").contains(">notes.safetensors</a>");
    }

    @Test
    void emptyForeignAndTornFoldersDisturbNothing() throws IOException {
        Path run = studio.run("torn", 30);
        Files.writeString(run.resolve("metrics.jsonl"), "{\"step\": 99999, \"lo", StandardOpenOption.APPEND);
        Files.createDirectories(studio.runs.resolve("empty"));
        Files.createDirectories(studio.runs.resolve("foreign"));
        Files.write(studio.runs.resolve("foreign/metrics.jsonl"), new byte[] {-1, -2, 'x', '\n'});
        Path odd = studio.run("odd", 1);
        Files.write(odd.resolve("metrics.jsonl"), new byte[] {-1, -2, '\n', '{', '}', '\n', '[', '\n'});
        Files.write(odd.resolve("recipe.yaml"), new byte[] {-1, -2, '\n'});
        String list = studio.get("/runs").body();
        assertThat(list)
                .contains(">torn</a>", ">30/30<", "finished", ">odd</a>")
                .doesNotContain("foreign");
        assertThat(studio.get("/runs/torn").body()).contains("data-testid=\"step\">30/30<");
        assertThat(studio.get("/runs/odd").status()).isEqualTo(200);
    }

    @Test
    void aLongCurveIsThinnedToItsExtremes() throws IOException {
        studio.run("long", 20_000);
        JsonObject loss = curve("/runs/long/curves");
        JsonArray steps = loss.getAsJsonArray("x");
        assertThat(steps.size()).isBetween(1500, 2000);
        assertThat(steps.get(0).getAsInt()).isEqualTo(1);
        assertThat(steps.get(steps.size() - 1).getAsInt()).isEqualTo(20_000);
        assertThat(IntStream.range(0, steps.size()).map(i -> steps.get(i).getAsInt()))
                .contains(777);
        JsonObject near = curve("/runs/long/curves?from=5000&to=5999");
        assertThat(near.getAsJsonArray("x").size()).isEqualTo(1000);
    }

    private JsonObject curve(String path) throws IOException {
        return JsonParser.parseString(studio.get(path).body()).getAsJsonObject().getAsJsonObject("loss");
    }

    @Test
    void eventsGoOnAfterTheLastThatWasSeen() throws IOException {
        studio.run("short", 50);
        StudioUnderTest.Answer answer = studio.get("/runs/short/events?once=1", "Last-Event-ID: 47");
        assertThat(answer.header("content-type")).startsWith("text/event-stream");
        assertThat(answer.body().lines().filter(line -> line.startsWith("id: ")))
                .containsExactly("id: 48", "id: 49", "id: 50");
        assertThat(answer.body()).contains("data: " + StudioUnderTest.row(50), "event: state");
        long rows = studio.get("/runs/short/events?once=1")
                .body()
                .lines()
                .filter("event: step"::equals)
                .count();
        assertThat(rows).isEqualTo(50);
    }

    @Test
    void whatDiffersBetweenRecipesAndNothingElseIsShown() throws IOException {
        studio.run("one", 5);
        Path other = studio.run("two", 5);
        String recipe = Files.readString(other.resolve("recipe.yaml"));
        Files.writeString(other.resolve("recipe.yaml"), recipe.replace("rank: 4", "rank: 8"));
        String page = studio.get("/runs/compare?run=one&run=two").body();
        String table = page.substring(page.indexOf("aria-label=\"Differences\""));
        assertThat(table.replace("<wbr/>", ""))
                .contains("adapter.rank", "<td>4</td>", "<td>8</td>")
                .doesNotContain("kind", "max_steps");
        assertThat(studio.get("/runs/compare?run=one&run=none").status()).isEqualTo(404);
    }

    @Test
    void aComparisonShowsItsScoresAndItsTrialsAsTheyCome() throws IOException {
        Path comparison = Files.createDirectories(studio.runs.resolve("lora <or> not"));
        Files.createDirectories(comparison.resolve("trials"));
        Files.writeString(comparison.resolve("trained-by.yaml"), "pipeline: dreambooth\n");
        Files.writeString(
                comparison.resolve("trials/moslora-r4-s0.json"),
                "{\"parameters\": 12345, \"seconds\": 1.5, \"trainingLoss\": 0.25, \"validation\": {\"values\": {\"LOSS\": 0.5}}}");
        assertThat(studio.get("/runs").body()).contains("Comparisons", "lora &lt;or&gt; not");
        String page = studio.get("/runs/lora%20%3Cor%3E%20not").body();
        assertThat(page)
                .contains("when the last trial is done", "moslora-r4-s0", "12,345", "validation loss", "0.5000");
        Files.writeString(
                comparison.resolve("comparison.json"),
                "{\"rows\": [{\"variant\": \"moslora\", \"test_mean\": 0.4321, \"refused\": null}]}");
        Files.write(comparison.resolve("ranks.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10});
        assertThat(studio.get("/runs/lora%20%3Cor%3E%20not?part=all").body())
                .contains("0.4321", ">test<", "/files/ranks.png", ">finished<")
                .doesNotContain("refused", "data-live=\"true\"");
        assertThat(studio.get("/runs/lora%20%3Cor%3E%20not/files/ranks.png").header("content-type"))
                .isEqualTo("image/png");
    }

    @Test
    void aTrialIsARunThatIsOnlyShown() throws IOException {
        Path comparison = Files.createDirectories(studio.runs.resolve("compared"));
        Files.writeString(comparison.resolve("trained-by.yaml"), "pipeline: dreambooth\n");
        studio.run("compared/trials/lora-s0", 5);
        studio.run("compared/.hidden/lora-s0", 5);
        String page = studio.get("/runs/compared").body();
        assertThat(page)
                .contains(
                        "href=\"/runs/compared%2Ftrials%2Flora-s0\">lora-s0</a>",
                        ">5/5<", "/runs/compare?run=compared%2Ftrials%2Flora-s0");
        assertThat(studio.get("/runs/compared%2Ftrials%2Flora-s0").body())
                .contains("<h1>compared/trials/lora-s0</h1>", "data-testid=\"step\">5/5<")
                .doesNotContain("id=\"stop\"");
        assertThat(studio.get("/runs/compared%2Ftrials%2Flora-s0/files/recipe.yaml")
                        .body())
                .contains("rank: 4");
        assertThat(studio.post("/runs/compared%2Ftrials%2Flora-s0/stop", "{}").status())
                .isEqualTo(403);
        for (String name : List.of("compared%2F.hidden%2Flora-s0", "compared%2Ftrials%2F..", "compared%2Ftrials")) {
            assertThat(studio.get("/runs/" + name).status()).as(name).isEqualTo(404);
        }
    }

    @Test
    void theLossOnRowsThatAreHeldBackIsACurveOfItsOwn() throws IOException {
        Path run = studio.run("held", 30);
        String log = Files.readString(run.resolve("metrics.jsonl"));
        Files.writeString(
                run.resolve("metrics.jsonl"),
                log.replaceAll("(\"step\":(10|20|30),.*)}", "$1,\"validation_loss\":0.$2}"));
        JsonObject curves =
                JsonParser.parseString(studio.get("/runs/held/curves").body()).getAsJsonObject();
        assertThat(curves.get("held")).hasToString("{\"x\":[10,20,30],\"y\":[0.1,0.2,0.3]}");
    }

    @Test
    void manyStepsAndManyRunsOpenInAMoment() throws IOException {
        studio.run("huge", 40_000);
        for (int i = 0; i < 120; i++) {
            studio.run("run-" + i, 3);
        }
        studio.get("/runs");
        for (String path : List.of("/runs", "/runs/huge", "/runs/huge/curves")) {
            long begin = System.nanoTime();
            StudioUnderTest.Answer answer = studio.get(path);
            assertThat((System.nanoTime() - begin) / 1e9).as(path).isLessThan(5);
            assertThat(answer.body().length()).as(path).isLessThan(250_000);
        }
    }
}
