package org.moslora.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.FrozenTensors;
import org.moslora.layers.quantised.Packing;
import org.moslora.layers.quantised.Quantisation;
import org.moslora.tensors.ModelFolder;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightSource;

/** The verbs on a folder whose language model bitsandbytes would have stored in NF4. */
class QuantisedVerbsTest {
    private static final String CONFIG =
            "{\"quant_method\": \"bitsandbytes\", \"load_in_4bit\": true, \"bnb_4bit_quant_type\": \"nf4\"}";

    @TempDir
    static Path folder;

    private static TinyCase tiny;
    private static Path run;
    private static Path held;

    @BeforeAll
    static void prepare() {
        tiny = TinyCase.in(folder);
        run = folder.resolve("run");
        Program.run("train", tiny.recipe(), "training.quantize=nf4", "--quiet").mustSucceed();
        held = quantised();
    }

    /** A copy of the model folder with the weights of its language model's layers in NF4. */
    private static Path quantised() {
        Path model = tiny.llava().model();
        Path into = tiny.modelWith("held", json -> json.add("quantization_config", JsonParser.parseString(CONFIG)));
        Engine.start(1);
        try (WeightSource source = ModelFolder.open(model);
                Arena arena = Arena.open(Compute.cpu())) {
            List<TensorData> tensors = new ArrayList<>();
            for (String name : source.names()) {
                if (name.matches(".*language_model.*layers.*_proj.weight")) {
                    Packing like = new Packing(
                            name, source.info(name).shape(), source.info(name).dtype(), true);
                    tensors.addAll(
                            Quantisation.NF4.tensors(arena, like, step -> FrozenTensors.asStored(source, step, name)));
                } else {
                    tensors.add(TensorData.copy(source, name));
                }
            }
            SafetensorsWriter.write(into.resolve("model.safetensors"), tensors, Map.of("format", "pt"));
        }
        return into;
    }

    private static double loss(Path model, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of(
                "evaluate",
                "--model",
                model,
                "--data",
                tiny.llava().test(),
                "--images",
                tiny.llava().images()));
        arguments.addAll(List.of("--out", folder.resolve("scores.jsonl"), "--template", "vicuna_v1", "--quiet"));
        arguments.addAll(List.of(more));
        String out = Program.run(arguments.toArray()).mustSucceed().out();
        String last = out.lines().reduce((a, b) -> b).orElseThrow();
        return JsonParser.parseString(last).getAsJsonObject().get("loss").getAsDouble();
    }

    private static Program.Outcome merge(Path model, Path out, String... more) {
        List<Object> arguments = new ArrayList<>(List.of("merge", "--model", model, "--adapter", run, "--out", out));
        arguments.addAll(List.of(more));
        return Program.run(arguments.toArray());
    }

    @Test
    void itIsEvaluatedInspectedAndTrainedAsItIs() {
        double plain = loss(tiny.llava().model());
        assertThat(loss(held)).isCloseTo(plain, within(0.05 * plain)).isNotEqualTo(plain);
        assertThat(Program.run("inspect", held).mustSucceed().out()).contains("nf4");
        Path again = folder.resolve("again");
        Program.run("train", tiny.recipe(), "model=" + held, "output=" + again, "--quiet")
                .mustSucceed();
        assertThat(again.resolve("adapter/adapter_model.safetensors"))
                .hasSameBinaryContentAs(run.resolve("adapter/adapter_model.safetensors"));
    }

    @Test
    void anotherFormThanItsOwnIsRefused() {
        Program.Outcome refused = Program.run(
                "train", tiny.recipe(), "model=" + held, "output=" + folder.resolve("int8"), "training.quantize=int8");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.errors()).singleElement().asString().contains("int8", "nf4");
        assertThat(folder.resolve("int8")).doesNotExist();
    }

    @Test
    void mergingIntoItIsRefusedWithTheReason() {
        Path out = folder.resolve("refused");
        Program.Outcome refused = merge(held, out);
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.errors()).singleElement().asString().contains("nf4", "16-bit", "--requantize");
        assertThat(out).doesNotExist();
    }

    @Test
    void mergedAndQuantisedAnewItIsStillOfThatForm() {
        Path out = folder.resolve("anew");
        merge(held, out, "--requantize").mustSucceed();
        try (WeightSource before = SafetensorsFile.open(held.resolve("model.safetensors"));
                WeightSource after = SafetensorsFile.open(out.resolve("model.safetensors"))) {
            assertThat(after.names()).isEqualTo(before.names());
            for (String name : before.names()) {
                if (!name.contains(".quant_state.")) {
                    assertThat(after.info(name)).isEqualTo(before.info(name));
                }
            }
        }
        double adapted = loss(held, "--adapter", run);
        assertThat(loss(out)).isCloseTo(adapted, within(0.1 * adapted));
    }

    @Test
    void aPlainBaseIsMergedIntoAndNeedsNoSuchOption() {
        Path out = folder.resolve("merged");
        merge(tiny.llava().model(), out).mustSucceed();
        double adapted = loss(tiny.llava().model(), "--adapter", run);
        assertThat(loss(out)).isCloseTo(adapted, within(1e-5 * adapted));
        Program.Outcome refused = merge(tiny.llava().model(), folder.resolve("never"), "--requantize");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.errors()).singleElement().asString().contains("holds no quantised weights");
    }

    @Test
    void aMissingPartIsNamed() throws IOException {
        Path broken = folder.resolve("broken");
        Files.createDirectories(broken);
        Files.copy(held.resolve("config.json"), broken.resolve("config.json"));
        String[] gone = new String[1];
        try (WeightSource source = SafetensorsFile.open(held.resolve("model.safetensors"))) {
            gone[0] = source.names().stream()
                    .filter(name -> name.endsWith(".nested_absmax"))
                    .findFirst()
                    .orElseThrow();
            SafetensorsWriter.write(
                    broken.resolve("model.safetensors"),
                    source.names().stream()
                            .filter(name -> !name.equals(gone[0]))
                            .map(name -> TensorData.copy(source, name))
                            .toList(),
                    Map.of());
        }
        Program.Outcome refused = Program.run("inspect", broken);
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.errors()).singleElement().asString().contains(gone[0], "is missing");
    }
}
