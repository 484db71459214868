package org.moslora.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code chat} and {@code evaluate} with {@code --engine auto}. */
final class AnswerEngineTest {
    private static final String QUESTION = "Which colour?";

    @TempDir
    static Path folder;

    private static TinyCase tiny;

    @BeforeAll
    static void make() {
        tiny = TinyCase.in(folder);
    }

    private static Program.Outcome chat(Path model, Object... more) {
        List<Object> line = new ArrayList<>(List.of("chat", "--model", model, "--template", "vicuna_v1"));
        line.addAll(List.of("--max-new-tokens", 6, "--threads", 1));
        line.addAll(List.of(more));
        line.add(QUESTION);
        return Program.run(line.toArray());
    }

    private static List<Double> losses(Path model, String engine) throws IOException {
        Path out = folder.resolve(engine + "-" + model.getFileName() + ".jsonl");
        Program.run(
                        "evaluate",
                        "--model",
                        model,
                        "--engine",
                        engine,
                        "--template",
                        "vicuna_v1",
                        "--data",
                        tiny.llava().test(),
                        "--images",
                        tiny.llava().images(),
                        "--out",
                        out,
                        "--threads",
                        1)
                .mustSucceed();
        return Files.readAllLines(out).stream()
                .map(row -> JsonParser.parseString(row).getAsJsonObject())
                .filter(row -> row.has("loss"))
                .map(row -> row.get("loss").getAsDouble())
                .toList();
    }

    @Test
    void eitherEngineAnswersAsMeasured() throws IOException {
        Path model = tiny.model("asked");
        Path picture = tiny.llava().images().resolve("test-0000.png");
        String torch = chat(model, "--image", picture).mustSucceed().out();
        Program.Outcome first = chat(model, "--image", picture, "--engine", "auto");
        assertThat(first.mustSucceed().err()).contains("an answer of 16 tokens takes onnx");
        assertThat(first.out()).isEqualTo(torch);
        for (String winner : List.of("onnx", "torch")) {
            MeasuredEngines.say("asked", winner.equals("onnx") ? 2 : 1, winner.equals("onnx") ? 1 : 2);
            Program.Outcome again = chat(model, "--image", picture, "--engine", "auto");
            assertThat(again.mustSucceed().err())
                    .contains("engine: " + winner, "as measured before")
                    .doesNotContain("making graphs");
            assertThat(again.out()).isEqualTo(torch);
        }
    }

    @Test
    void scoresAreTheSame() throws IOException {
        Path model = tiny.model("scored");
        List<Double> torch = losses(model, "torch");
        assertThat(torch).isNotEmpty();
        losses(model, "auto");
        MeasuredEngines.say("scored", 2, 1);
        List<Double> onnx = losses(model, "auto");
        assertThat(onnx).hasSameSizeAs(torch);
        for (int i = 0; i < torch.size(); i++) {
            assertThat(onnx.get(i)).isCloseTo(torch.get(i), within(1e-5));
        }
    }

    /** Graphs take no projector, so libtorch answers, and the reason is said. */
    @Test
    void whatGraphsCannotTakeIsSaid() {
        Path model = tiny.model("tuned");
        Path run = folder.resolve("tuned-run");
        Program.run("train", tiny.recipe(), "model=" + model, "output=" + run, "projector.train=true", "--quiet")
                .mustSucceed();
        Program.Outcome tuned = chat(model, "--adapter", run, "--engine", "auto");
        assertThat(tuned.mustSucceed().err())
                .contains("engine: torch; ", "brings a trained projector")
                .doesNotContain("making graphs");
        assertThat(tuned.out())
                .isEqualTo(chat(model, "--adapter", run).mustSucceed().out());
    }
}
