package org.moslora.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.datasets.tiny.TinyDiffusion;
import org.moslora.pictures.GenerationParameters;
import org.moslora.pictures.ImageRows;

/** {@code generate --engine auto}. */
final class EngineChoiceTest {
    @TempDir
    static Path folder;

    private static Path model;

    @BeforeAll
    static void make() {
        model = TinyDiffusion.first(folder.resolve("chosen"), 1, 0).model();
    }

    private static Program.Outcome paint(String engine, String out, Object... more) {
        return paintWith(model, engine, out, more);
    }

    private static Program.Outcome paintWith(Path painter, String engine, String out, Object... more) {
        List<Object> line = new java.util.ArrayList<>(List.of(
                "generate", "--model", painter, "--engine", engine, "--prompt", "red", "--steps", 2, "--threads", 1));
        line.addAll(List.of("--out", folder.resolve(out)));
        line.addAll(List.of(more));
        return Program.run(line.toArray());
    }

    private static List<String> engines(String out) {
        Map<String, GenerationParameters> rows = ImageRows.read(folder.resolve(out));
        return rows.values().stream()
                .map(making -> making.more().getOrDefault("Engine", "none"))
                .toList();
    }

    private static int furthest(Path one, Path other) throws IOException {
        BufferedImage first = ImageIO.read(one.toFile());
        BufferedImage second = ImageIO.read(other.toFile());
        int most = 0;
        for (int i = 0; i < first.getWidth() * first.getHeight() * 3; i++) {
            int x = i / 3 % first.getWidth();
            int y = i / 3 / first.getWidth();
            int channel = i % 3 * 8;
            int gap = (first.getRGB(x, y) >> channel & 255) - (second.getRGB(x, y) >> channel & 255);
            most = Math.max(most, Math.abs(gap));
        }
        return most;
    }

    @Test
    void theFasterEnginePaintsAndAJobKeepsItsOwn() throws IOException {
        Program.Outcome first = paint("auto", "begun");
        assertThat(first.mustSucceed().err()).contains("engine: ", "a step takes onnx");
        String chosen = engines("begun").get(0);

        MeasuredEngines.say("model", chosen.equals("onnx") ? 1 : 2, chosen.equals("onnx") ? 2 : 1);
        Program.Outcome second = paint("auto", "begun", "--images", 2);
        assertThat(second.mustSucceed().err())
                .contains("engine: " + chosen + ", as the pictures that are there")
                .doesNotContain("making graphs");
        assertThat(engines("begun")).containsExactly(chosen, chosen);

        Program.Outcome other = paint("auto", "other", "--images", 2);
        assertThat(other.mustSucceed().err()).contains("as measured before");
        assertThat(engines("other")).containsOnly(chosen.equals("onnx") ? "torch" : "onnx");

        assertThat(paint("torch", "named", "--images", 2).code()).isZero();
        assertThat(engines("named")).containsOnly("none");
        for (String name : List.of("00000-0.png", "00001-1.png")) {
            Path named = folder.resolve("named").resolve(name);
            assertThat(furthest(named, folder.resolve("begun").resolve(name))).isLessThanOrEqualTo(1);
            assertThat(furthest(named, folder.resolve("other").resolve(name))).isLessThanOrEqualTo(1);
        }
        Program.Outcome onto = paint("auto", "named", "--quiet");
        assertThat(onto.code()).isEqualTo(2);
        assertThat(onto.err()).contains("an engine that was named");
    }

    /** A transformer that flows is exported and measured like a UNet. */
    @Test
    void aFlowModelIsMeasuredToo() throws IOException {
        Path flows = TinyDiffusion.flow(folder.resolve("flows"), 2, 0).model();
        paintWith(flows, "auto", "flowing").mustSucceed();
        assertThat(engines("flowing"))
                .allMatch(engine -> List.of("torch", "onnx").contains(engine));
        MeasuredEngines.say("model", 2, 1);
        paintWith(flows, "auto", "flown").mustSucceed();
        assertThat(engines("flown")).containsOnly("onnx");
        assertThat(furthest(
                        folder.resolve("flown").resolve("00000-0.png"),
                        folder.resolve("flowing").resolve("00000-0.png")))
                .isLessThanOrEqualTo(1);
    }

    @Test
    void whereNothingCanBeChosenItMustBeNamed() {
        Program.Outcome parts = paint("auto", "parts", "--shard", "1/2", "--quiet");
        assertThat(parts.code()).isEqualTo(2);
        assertThat(parts.err()).contains("name the engine of a job in parts");
    }
}
