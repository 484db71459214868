package org.moslora.onnx.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.datasets.tiny.TinyDiffusion;
import org.moslora.layers.Engine;
import org.moslora.onnx.graph.Element;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.problems.NotFinite;
import org.moslora.tensors.Digests;

/** An export ends with a whole folder or with none, whenever it fails, and never touches what was there. */
final class ExportFailureTest {
    private static final String VAE = "vae/diffusion_pytorch_model.safetensors";

    @TempDir
    private static Path shared;

    private static Path original;

    @TempDir
    private Path folder;

    private Path model;

    @BeforeAll
    static void write() {
        Engine.start(1);
        original = TinyDiffusion.first(shared.resolve("sd"), 1, 0).model();
    }

    @BeforeEach
    void copy() throws IOException {
        model = folder.resolve("model");
        try (Stream<Path> files = Files.walk(original)) {
            for (Path file : files.sorted().toList()) {
                Files.copy(file, model.resolve(original.relativize(file).toString()));
            }
        }
    }

    private ExportRequest request(Path out, boolean inputs, Element stored, Messages messages) {
        return new ExportRequest(model, out, List.of(), inputs, List.of(), true, stored, messages);
    }

    private void export(Path out) {
        PictureExport.write(request(out, false, Element.FLOAT, told -> {}));
    }

    /** Makes the last number of a component's weights another. */
    private void damage(String file, float number) throws IOException {
        try (RandomAccessFile weights = new RandomAccessFile(model.resolve(file).toFile(), "rw")) {
            weights.seek(weights.length() - Float.BYTES);
            weights.writeInt(Integer.reverseBytes(Float.floatToRawIntBits(number)));
        }
    }

    private List<String> entries() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.NEGATIVE_INFINITY})
    void aNumberThatNothingCanBeComputedWithIsNamedAndNothingIsLeft(float number) throws IOException {
        damage(VAE, number);
        assertThatThrownBy(() -> export(folder.resolve("out")))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll(model.resolve(VAE).toString(), "quant_conv.weight");
        assertThat(entries()).containsExactly("model");
    }

    @Test
    void aNumberThatHalfPrecisionDoesNotHoldIsNamedAndNothingIsLeft() throws IOException {
        damage(VAE, 1e6f);
        Path out = folder.resolve("out");
        assertThatThrownBy(() -> PictureExport.write(request(out, false, Element.HALF, told -> {})))
                .isInstanceOf(NotFinite.class)
                .hasMessageContaining("quant_conv.weight");
        assertThat(entries()).containsExactly("model");
        export(out);
        assertThat(entries()).as("full precision holds it").containsExactly("model", "out");
    }

    /** The user's own listener may end it, as a progress bar does when a job is stopped. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void whereverItIsStoppedNothingIsLeft(int at) throws IOException {
        List<String> told = new ArrayList<>();
        Path out = folder.resolve("out");
        Messages stopping = line -> {
            told.add(line);
            if (told.size() == at) {
                throw new IllegalStateException("stopped");
            }
        };
        assertThatThrownBy(() -> PictureExport.write(request(out, false, Element.FLOAT, stopping)))
                .hasMessage("stopped");
        assertThat(entries()).containsExactly("model");
        export(out);
        assertThat(entries()).containsExactly("model", "out");
    }

    @Test
    void eachPartIsToldBeforeItIsWritten() {
        List<String> told = new ArrayList<>();
        PictureExport.write(request(folder.resolve("out"), false, Element.FLOAT, told::add));
        assertThat(told)
                .filteredOn(line -> line.startsWith("writing "))
                .containsExactly("writing text_encoder", "writing unet", "writing vae_encoder", "writing vae_decoder");
    }

    @Test
    void aFolderThatIsThereIsNotTouched() throws IOException {
        Path out = Files.createDirectory(folder.resolve("out"));
        Path own = Files.writeString(out.resolve("notes.txt"), "mine");
        assertThatThrownBy(() -> export(out)).hasMessageContaining(out.toString());
        assertThat(own).hasContent("mine");
        assertThat(entries()).containsExactly("model", "out");
        assertThat(out.toFile().list()).containsExactly("notes.txt");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"unet/config.json", VAE, "text_encoder/model.safetensors", "model_index.json", "vae/config.json"
            })
    void aPartThatIsMissingIsNamedBeforeAnythingIsWritten(String file) throws IOException {
        Files.delete(model.resolve(file));
        Path out = folder.resolve("out");
        String part = file.substring(0, Math.max(file.indexOf('/'), 0));
        assertThatThrownBy(() -> export(out))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining(model.resolve(part).toString());
        assertThat(entries()).containsExactly("model");
    }

    @Test
    void aSingleFileIsNoFolder() {
        Path file = model.resolve(VAE);
        ExportRequest request = new ExportRequest(
                file, folder.resolve("out"), List.of(), false, List.of(), false, Element.FLOAT, told -> {});
        assertThatThrownBy(() -> PictureExport.write(request))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll(file.toString(), "single file");
    }

    @ParameterizedTest
    @CsvSource({"false, FLOAT", "true, FLOAT", "true, HALF"})
    void theSameModelGivesTheSameBytes(boolean inputs, Element stored) throws IOException {
        List<Map<String, String>> made = new ArrayList<>();
        for (String name : List.of("one", "other")) {
            Path out = folder.resolve(name);
            PictureExport.write(request(out, inputs, stored, told -> {}));
            made.add(digests(out));
        }
        assertThat(made.get(0)).isEqualTo(made.get(1)).containsKeys("unet/model.onnx", "unet/model.onnx_data");
    }

    private static Map<String, String> digests(Path out) throws IOException {
        Map<String, String> digests = new TreeMap<>();
        try (Stream<Path> files = Files.walk(out)) {
            files.filter(Files::isRegularFile)
                    .forEach(file -> digests.put(out.relativize(file).toString(), Digests.sha256(file)));
        }
        return digests;
    }
}
