package org.moslora.dreambooth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.diffusion.folder.ComponentFolder;
import org.moslora.layers.Arena;
import org.moslora.layers.ArrayData;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.FrozenTensors;
import org.moslora.layers.quantised.Packing;
import org.moslora.layers.quantised.Quantisation;
import org.moslora.tensors.ModelFolder;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;
import org.moslora.tensors.WeightName;
import org.moslora.tensors.WeightSource;
import org.moslora.tensors.quantised.BitsAndBytes;
import org.moslora.testing.Trees;
import org.moslora.training.Metrics;
import org.moslora.training.RunFolder;

/** A Stable Diffusion whose UNet and text encoder bitsandbytes would have stored in NF4, all their linears. */
class StoredInNf4Test {
    private static final List<String> PARTS = List.of("unet", "text_encoder");

    @TempDir
    static Path folder;

    private static TinyRun tiny;

    @BeforeAll
    static void write() {
        Engine.start(1);
        tiny = TinyRun.first(folder);
        Trees.copy(tiny.diffusion().model(), folder.resolve("held"));
        Trees.copy(tiny.diffusion().model(), folder.resolve("unpacked"));
        for (String part : PARTS) {
            Path file = folder.resolve("held").resolve(part).resolve(name(part).file());
            quantise(tiny.diffusion().model().resolve(part), part, file);
            Path plain =
                    folder.resolve("unpacked").resolve(part).resolve(name(part).file());
            unpack(folder.resolve("held").resolve(part), part, plain);
        }
    }

    private static WeightName name(String part) {
        return part.equals("unet") ? WeightName.of("diffusion_pytorch_model") : WeightName.MODEL;
    }

    /** Matrices of linears in codes, everything else as it is. */
    private static void quantise(Path from, String part, Path file) {
        try (WeightSource source = ModelFolder.open(from, name(part));
                Arena arena = Arena.open(Compute.cpu())) {
            List<TensorData> tensors = new ArrayList<>();
            for (String name : source.names()) {
                boolean linear = name.endsWith(".weight")
                        && !name.contains("embedding.")
                        && source.info(name).shape().size() == 2;
                if (linear) {
                    Packing like = new Packing(
                            name, source.info(name).shape(), source.info(name).dtype(), true);
                    tensors.addAll(
                            Quantisation.NF4.tensors(arena, like, step -> FrozenTensors.asStored(source, step, name)));
                } else {
                    tensors.add(TensorData.copy(source, name));
                }
            }
            SafetensorsWriter.write(file, tensors, Map.of("format", "pt"));
        }
    }

    /** The numbers that the codes stand for. */
    private static void unpack(Path from, String part, Path file) {
        try (WeightSource held = BitsAndBytes.over(ModelFolder.open(from, name(part)));
                Arena arena = Arena.open(Compute.cpu())) {
            FrozenTensors weights = new FrozenTensors(held, arena, Compute.cpu());
            assertThat(held.names().stream()
                            .filter(name -> held.packed(name).isPresent())
                            .count())
                    .isGreaterThan(5);
            SafetensorsWriter.write(
                    file,
                    held.names().stream()
                            .map(name -> ArrayData.of(arena, name, weights.wide(name)))
                            .toList(),
                    Map.of("format", "pt"));
        }
    }

    private static List<Double> losses(RunFolder run) {
        return Metrics.rows(run.metrics()).stream()
                .map(row -> row.get("loss").getAsDouble())
                .toList();
    }

    @Test
    void itLearnsAsTheModelOfTheNumbersThatItsCodesStandFor() {
        List<String> more = List.of("training.max_steps=3", "text_encoder={adapter: {kind: lora, rank: 2}}");
        List<String> held = new ArrayList<>(more);
        held.add("model=" + folder.resolve("held"));
        List<String> plain = new ArrayList<>(more);
        plain.add("model=" + folder.resolve("unpacked"));
        List<Double> found = losses(tiny.train("of-held", held.toArray(String[]::new)));
        List<Double> expected = losses(tiny.train("of-unpacked", plain.toArray(String[]::new)));
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i)).isCloseTo(expected.get(i), within(1e-5 * expected.get(i)));
        }
        assertThat(losses(tiny.train("of-whole", more.toArray(String[]::new))).get(0))
                .isNotEqualTo(expected.get(0))
                .isCloseTo(expected.get(0), within(0.05 * expected.get(0)));
    }

    @Test
    void itsUnetHasAsManyParametersAsThatOfTheNumbers() throws IOException {
        assertThat(unet("held")).isEqualTo(unet("unpacked"));
    }

    private static ComponentFolder unet(String model) throws IOException {
        Path part = folder.resolve(model).resolve("unet");
        String config = Files.readString(part.resolve("config.json"));
        String named = config.replaceFirst("\\{", "{\"_class_name\": \"UNet2DConditionModel\", ");
        Files.writeString(part.resolve("config.json"), named);
        return ComponentFolder.of(part).orElseThrow();
    }
}
