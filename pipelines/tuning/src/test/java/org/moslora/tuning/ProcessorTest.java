package org.moslora.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.datasets.tiny.TinyFamily;
import org.moslora.datasets.tiny.TinyLlava;
import org.moslora.datasets.tiny.TinyOptions;
import org.moslora.examples.image.ImageAspect;
import org.moslora.examples.image.PixelLimits;
import org.moslora.examples.text.BoxHandling;
import org.moslora.examples.text.ChatTemplate;
import org.moslora.examples.text.ShownPicture;
import org.moslora.llama.BackboneFolder;
import org.moslora.problems.InvalidInput;
import org.moslora.testing.Trees;

/** How a model wants conversations: what is said counts, then what was noted with it, then what is guessed. */
class ProcessorTest {
    private static final PixelLimits SMALL = new PixelLimits(3136, 6272);

    @TempDir
    static Path folder;

    private static TuningBench text;
    private static TuningBench seeing;
    private static Path qwen;

    private final List<String> told = new ArrayList<>();

    @BeforeAll
    static void write() {
        text = TuningBench.text(folder.resolve("text"));
        seeing = TuningBench.pictures(folder.resolve("pictures"));
        TinyOptions few = TinyOptions.standard().withSeed(4).withPictures(1, 1);
        qwen = TinyLlava.write(folder.resolve("qwen"), TinyFamily.QWEN25_VL, few)
                .model();
    }

    @BeforeEach
    void forget() {
        for (Path model : List.of(text.model(), seeing.model(), qwen)) {
            Trees.delete(model.resolve("moslora.json"));
        }
    }

    private void with(Path model, Processor.Choice choice, Consumer<Processor> look) {
        try (BackboneFolder opened = ModelFolders.open(model);
                Processor spelling = Processor.of(opened, choice, told::add)) {
            look.accept(spelling);
        }
    }

    private static Processor.Choice choice(ChatTemplate said, ChatTemplate usual, ImageAspect aspect) {
        return Processor.Choice.of(said, usual, aspect, folder);
    }

    private static void note(Path model, String json) {
        try {
            Files.writeString(model.resolve("moslora.json"), json);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @Test
    void aTemplateIsWhatIsSaidElseNotedElseUsualElseGuessed() {
        note(text.model(), "{\"template\": \"mistral\"}");
        with(
                text.model(),
                choice(ChatTemplate.PLAIN, ChatTemplate.ALPACA, null),
                spelling -> assertThat(spelling.template()).isEqualTo(ChatTemplate.PLAIN));
        with(
                text.model(),
                choice(null, ChatTemplate.ALPACA, null),
                spelling -> assertThat(spelling.template()).isEqualTo(ChatTemplate.MISTRAL));
        forget();
        with(
                text.model(),
                choice(null, ChatTemplate.ALPACA, null),
                spelling -> assertThat(spelling.template()).isEqualTo(ChatTemplate.ALPACA));
        assertThat(told).isEmpty();
        with(
                text.model(),
                choice(null, null, null),
                spelling -> assertThat(spelling.template()).isEqualTo(ChatTemplate.VICUNA_V1));
        assertThat(told)
                .singleElement()
                .satisfies(line ->
                        assertThat(line).startsWith("template vicuna_v1: ").contains("<s> and </s>"));
    }

    @Test
    void howPicturesAreMadeSquareIsWhatIsSaidElseNotedElsePadded() {
        with(
                seeing.model(),
                choice(null, null, null),
                spelling -> assertThat(spelling.aspect()).isEqualTo("pad"));
        note(seeing.model(), "{\"image_aspect\": \"crop\"}");
        with(
                seeing.model(),
                choice(null, null, null),
                spelling -> assertThat(spelling.aspect()).isEqualTo("crop"));
        with(
                seeing.model(),
                choice(null, null, ImageAspect.PAD),
                spelling -> assertThat(spelling.aspect()).isEqualTo("pad"));
    }

    @Test
    void whatANoteSaysIsWhatWasWrittenIntoIt() throws IOException {
        Path other = Files.createDirectories(folder.resolve("noted"));
        Processor.Choice said = new Processor.Choice(
                ChatTemplate.CHATML, null, null, SMALL, BoxHandling.AS_WRITTEN, 100, false, folder);
        try (BackboneFolder opened = ModelFolders.open(qwen);
                Processor spelling = Processor.of(opened, said, told::add)) {
            ProcessorFile.write(other, spelling);
        }
        ProcessorFile note = ProcessorFile.of(other);
        assertThat(note).isEqualTo(new ProcessorFile(ChatTemplate.CHATML, null, SMALL, BoxHandling.AS_WRITTEN));
        Files.copy(other.resolve("moslora.json"), qwen.resolve("moslora.json"));
        with(qwen, Processor.Choice.open(folder), spelling -> {
            assertThat(spelling.template()).isEqualTo(ChatTemplate.CHATML);
            assertThat(spelling.pixels()).isEqualTo("3136-6272");
            assertThat(spelling.handledBoxes()).isEqualTo("as-written");
        });
    }

    @Test
    void aTextModelHasNothingToSayOfPictures() throws IOException {
        Path other = Files.createDirectories(folder.resolve("plain"));
        with(text.model(), choice(ChatTemplate.ALPACA, null, null), spelling -> {
            assertThat(spelling.pictures()).isNull();
            assertThat(spelling.needs()).isNull();
            assertThatThrownBy(() -> spelling.input(new ShownPicture(folder.resolve("x.png"), true, 4)))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("x.png: is a picture, and the model takes none");
            try {
                ProcessorFile.write(other, spelling);
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        });
        assertThat(other.resolve("moslora.json")).hasContent("{\"template\":\"alpaca\"}\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{|cannot be read",
                "[]|cannot be read",
                "7|cannot be read",
                "{\"template\": []}|cannot be read",
                "{\"template\": {\"a\": 1}}|cannot be read",
                "{\"template\": \"vicuna\"}|no template 'vicuna'",
                "{\"image_aspect\": \"squash\"}|image_aspect",
                "{\"image_pixels\": \"many\"}|no pair of numbers",
                "{\"boxes\": \"lost\"}|boxes"
            })
    void aNoteThatMakesNoSenseIsNamed(String json, String complaint) {
        note(text.model(), json);
        assertThatThrownBy(() -> ProcessorFile.of(text.model()))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll("moslora.json", complaint);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"template\": null}", "{\"others\": [1, 2]}"})
    void aNoteThatSaysNothingLeavesAllOpen(String json) {
        note(text.model(), json);
        assertThat(ProcessorFile.of(text.model())).isEqualTo(new ProcessorFile(null, null, PixelLimits.NONE, null));
    }

    @Test
    void anotherModelsTokenizerIsRefused() throws IOException {
        Path mixed = Trees.copy(text.model(), folder.resolve("mixed"));
        Path file = mixed.resolve("tokenizer.json");
        Files.writeString(file, Files.readString(file).replaceFirst("\"vocab\": \\{", "\"vocab\": {\"more\": 5000,"));
        assertThatThrownBy(() -> with(mixed, choice(ChatTemplate.ALPACA, null, null), spelling -> {}))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll("tokenizer.json", "ids up to 5000", "another model's tokenizer?");
    }

    @Test
    void aPictureTakesAsManyTokensAsItsPixelsHave() {
        ShownPicture[] shown = new ShownPicture[1];
        with(seeing.model(), choice(ChatTemplate.VICUNA_V1, null, null), spelling -> {
            shown[0] = new ShownPicture(seeing.folder().resolve("images/train-0000.png"), true, 4);
            assertThat(spelling.input(shown[0]).tokens()).isEqualTo(4);
            assertThat(spelling.input(shown[0]).pixels()).hasSize(3 * 28 * 28);
        });
    }
}
