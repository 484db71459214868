package org.moslora.studio.folders;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a page offers to choose: everything of its kind in the folders, nothing hidden, damaged, or behind a way out. */
final class LibraryTest {
    private static final String LORA = "{\"peft_type\": \"LORA\", \"r\": 4, \"lora_alpha\": 4}";

    @TempDir
    private Path temporary;

    private Path runs = Path.of("");
    private Path models = Path.of("");
    private Path data = Path.of("");

    @BeforeEach
    void make() throws IOException {
        Path root = temporary.toRealPath();
        runs = Files.createDirectories(root.resolve("runs"));
        models = Files.createDirectories(root.resolve("models"));
        data = Files.createDirectories(root.resolve("data"));
    }

    private Library library() {
        return new Library(new Folders(List.of(runs), List.of(models), List.of(data)));
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static List<String> names(List<Library.Entry> entries) {
        return entries.stream().map(Library.Entry::name).toList();
    }

    @Test
    void modelsAreWhatTheirFilesSay() throws IOException {
        write(models.resolve("llava/config.json"), "{}");
        write(models.resolve("org/name/config.json"), "{}");
        write(models.resolve("sd/model_index.json"), "{}");
        write(models.resolve("sd/unet/config.json"), "{}");
        write(models.resolve("sd/text_encoder/config.json"), "{}");
        write(models.resolve("notes/readme.txt"), "x");
        write(models.resolve(".cache/config.json"), "{}");
        write(models.resolve("broken.safetensors"), "no weights");
        write(runs.resolve("whole/model/config.json"), "{}");
        write(runs.resolve("painter/model/model_index.json"), "{}");
        assertThat(names(library().languageModels())).containsExactly("llava", "org/name", "whole (run)");
        assertThat(names(library().pictureModels())).containsExactly("sd", "painter (run)");
        assertThat(library().pictureModels().get(0).path()).isEqualTo(models.resolve("sd"));
    }

    @Test
    void onlySoDeepIsLooked() throws IOException {
        write(models.resolve("a/b/c/d/config.json"), "{}");
        write(models.resolve("a/b/c/x/e/config.json"), "{}");
        assertThat(names(library().languageModels())).containsExactly("a/b/c/d");
    }

    @Test
    void adaptersAreThoseOfFoldersAndRuns() throws IOException {
        write(models.resolve("cat/adapter_config.json"), LORA);
        write(models.resolve("cat/adapter_model.safetensors"), "weights");
        write(runs.resolve("mine/adapter/adapter_config.json"), LORA);
        write(runs.resolve("mine/adapter/adapter_model.safetensors"), "weights");
        write(runs.resolve("empty/recipe.yaml"), "pipeline: x");
        Path elsewhere = temporary.toRealPath().resolve("elsewhere/adapter");
        write(elsewhere.resolve("adapter_config.json"), LORA);
        write(elsewhere.resolve("adapter_model.safetensors"), "weights");
        Files.createDirectories(runs.resolve("sly"));
        Files.createSymbolicLink(runs.resolve("sly/adapter"), elsewhere);
        Files.createSymbolicLink(models.resolve("sly"), elsewhere);
        assertThat(names(library().adapters())).containsExactly("cat", "mine (run)");
    }

    @Test
    void dataAreListsOfRowsAndFoldersWithPictures() throws IOException {
        write(data.resolve("train.json"), "  \n[{}]");
        write(data.resolve("rows.JSONL"), "{}");
        write(data.resolve("config.json"), "{\"a\": 1}");
        write(data.resolve("empty.json"), "");
        write(data.resolve("photos/cat.JPG"), "x");
        write(data.resolve("texts/a.txt"), "x");
        write(data.resolve(".hidden/a.png"), "x");
        write(data.resolve("recipes/one.yaml"), "a: 1");
        write(data.resolve("two.yml"), "a: 1");
        Files.createSymbolicLink(data.resolve("loop"), data);
        Files.createSymbolicLink(data.resolve("out"), models);
        write(models.resolve("photos/dog.png"), "x");
        assertThat(names(library().data())).contains("train.json", "rows.JSONL", "photos");
        assertThat(names(library().data()))
                .doesNotContain("config.json", "empty.json", "texts", ".hidden", "out/photos", "recipes");
        assertThat(names(library().recipes())).contains("recipes/one.yaml", "two.yml");
    }

    @Test
    void foldersThatAreGoneHaveNothing() throws IOException {
        Files.delete(models);
        Files.delete(data);
        assertThat(library().languageModels()).isEmpty();
        assertThat(library().adapters()).isEmpty();
        assertThat(library().data()).isEmpty();
        assertThat(library().runFolders()).isEmpty();
    }
}
