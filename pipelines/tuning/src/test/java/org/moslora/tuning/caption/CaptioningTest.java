package org.moslora.tuning.caption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.moslora.examples.text.ChatTemplate;
import org.moslora.generation.Sampling;
import org.moslora.problems.InvalidInput;
import org.moslora.tuning.LoadedModel;
import org.moslora.tuning.Processor;
import org.moslora.tuning.ScriptedModel;
import org.moslora.tuning.TuningBench;

/** Texts beside pictures, of a model that says what a test has it say. */
class CaptioningTest {
    @TempDir
    static Path folder;

    private static TuningBench bench;

    @TempDir
    Path images;

    private final List<String> told = new ArrayList<>();
    private int opened;

    @BeforeAll
    static void write() {
        bench = TuningBench.pictures(folder);
    }

    @BeforeEach
    void copy() throws IOException {
        for (String name : List.of("b.png", "a.png", "c.png")) {
            picture(name);
        }
    }

    private void picture(String name) throws IOException {
        Files.copy(folder.resolve("images/train-0000.png"), images.resolve(name));
    }

    private Supplier<LoadedModel> saying(String... answers) {
        return () -> {
            opened++;
            return ScriptedModel.saying(
                    bench, Processor.Choice.of(ChatTemplate.VICUNA_V1, null, null, images), answers);
        };
    }

    private CaptionSummary caption(Supplier<LoadedModel> model) {
        return caption(model, "What?");
    }

    private CaptionSummary caption(Supplier<LoadedModel> model, String prompt) {
        CaptionRequest request = new CaptionRequest(images, prompt, Sampling.greedy(60), List.of("tiny"), true);
        return new Captioning(request, model, told::add).run();
    }

    @Test
    void picturesAreAskedAboutInTheOrderOfTheirNames() {
        assertThat(caption(saying("first", "second", "third"))).isEqualTo(new CaptionSummary(3, 0, 0, 3, 0));
        assertThat(images.resolve("a.txt")).hasContent("first\n");
        assertThat(images.resolve("b.txt")).hasContent("second\n");
        assertThat(images.resolve("c.txt")).hasContent("third\n");
        assertThat(images.resolve("captions.jsonl")).content().hasLineCount(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"a\\n\\nred  circle|a red circle", "' red\\t '|red", "red\\1\\177circle|red circle"})
    void aTextIsOneLineOfWords(String escaped, String text) {
        caption(saying(escaped.translateEscapes()));
        assertThat(images.resolve("a.txt")).hasContent(text + "\n");
    }

    @Test
    void whereNothingIsMissingNoModelIsOpened() {
        caption(saying("red"));
        assertThat(caption(saying("blue"))).isEqualTo(new CaptionSummary(3, 3, 0, 0, 0));
        assertThat(opened).isOne();
    }

    @Test
    void anotherQuestionReplacesItsOwnTextsAndNobodyElses() throws IOException {
        caption(saying("red"));
        Files.writeString(images.resolve("b.txt"), "mine");
        assertThat(caption(saying("blue"), "Which?")).isEqualTo(new CaptionSummary(3, 0, 1, 2, 0));
        assertThat(images.resolve("a.txt")).hasContent("blue\n");
        assertThat(images.resolve("b.txt")).hasContent("mine");
        assertThat(told).containsExactly("1 of 3 pictures have texts of somebody else's, which stay");
    }

    @Test
    void spaceThatAnEditorLeftAtTheEndMakesATextNobodyElses() throws IOException {
        caption(saying("red"));
        Files.writeString(images.resolve("b.txt"), "red  \n\n");
        assertThat(caption(saying("blue"))).isEqualTo(new CaptionSummary(3, 3, 0, 0, 0));
    }

    @Test
    void aTextWhoseRowWasLostIsTakenForSomebodys() throws IOException {
        caption(saying("red"));
        Files.delete(images.resolve("captions.jsonl"));
        assertThat(caption(saying("blue"))).isEqualTo(new CaptionSummary(3, 0, 3, 0, 0));
    }

    @Test
    void whatIsNotUtf8IsSomebodys() throws IOException {
        Files.write(images.resolve("a.txt"), new byte[] {(byte) 0xe9, 't', (byte) 0xe9});
        assertThat(caption(saying("blue"))).isEqualTo(new CaptionSummary(3, 0, 1, 2, 0));
        assertThat(images.resolve("a.txt")).hasBinaryContent(new byte[] {(byte) 0xe9, 't', (byte) 0xe9});
    }

    @Test
    void aModelThatSaysNothingLeavesNoTextAndIsAskedAgain() {
        assertThat(caption(saying("red", "", "blue"))).isEqualTo(new CaptionSummary(3, 0, 0, 2, 1));
        assertThat(images.resolve("b.txt")).doesNotExist();
        assertThat(told).containsExactly(images.resolve("b.png") + ": the model answers nothing");
        assertThat(caption(saying("green"))).isEqualTo(new CaptionSummary(3, 2, 0, 1, 0));
        assertThat(images.resolve("b.txt")).hasContent("green\n");
    }

    @Test
    void aBrokenPictureHoldsNoneOfTheOthersUp() throws IOException {
        Files.writeString(images.resolve("b.png"), "no picture");
        assertThat(caption(saying("red"))).isEqualTo(new CaptionSummary(3, 0, 0, 2, 1));
        assertThat(told).singleElement().satisfies(line -> assertThat(line).contains("b.png: "));
    }

    /** Whatever their names are made of. */
    @ParameterizedTest
    @CsvSource({"a.jpg, a.png", "100%.png, 100%.jpg", "%d.png, %d.webp"})
    void twoPicturesOfOneTextAreRefusedByName(String one, String other) throws IOException {
        Files.deleteIfExists(images.resolve(one));
        Files.deleteIfExists(images.resolve(other));
        picture(one);
        picture(other);
        String text = one.substring(0, one.lastIndexOf('.')) + ".txt";
        assertThatThrownBy(() -> caption(saying("red")))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContainingAll(one, other, text + " would be the text of both");
        assertThat(images.resolve(text)).doesNotExist();
        assertThat(opened).isZero();
    }
}
