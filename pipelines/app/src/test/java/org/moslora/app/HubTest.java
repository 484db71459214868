package org.moslora.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.datasets.tiny.TinyDiffusion;
import org.yaml.snakeyaml.Yaml;

/** What goes to the hub says what it is, and what came from it is found by its name. */
final class HubTest {
    @TempDir
    private Path folder;

    /** The front matter of a folder's card, as YAML's own parser reads it. */
    private static Map<String, Object> card(Path adapter) throws IOException {
        String text = Files.readString(adapter.resolve("README.md"));
        assertThat(text).startsWith("---\n");
        return new Yaml().load(text.substring(4, text.indexOf("\n---\n", 4)));
    }

    @Test
    void anAdapterOfPicturesHasACardInEveryFormat() throws IOException {
        TinyDiffusion tiny = TinyDiffusion.first(folder, 1, 2);
        Path recipe = Files.writeString(
                folder.resolve("recipe.yaml"),
                "{pipeline: dreambooth, model: '" + tiny.model()
                        + "', output: run, adapter: {rank: 2}, resolution: 16, training: {max_steps: 2},"
                        + " instance: {images: '" + tiny.pictures() + "', prompt: 'a photo of \"sks\": cat'},"
                        + " validation: {prompts: ['sks, asleep'], samples: 1, every: 2}}");
        Program.run("train", recipe, "--threads", 1, "--quiet").mustSucceed();
        Path run = folder.resolve("run");
        Map<String, Object> card = card(run.resolve("adapter"));
        assertThat(card)
                .containsEntry("base_model", "model")
                .containsEntry("library_name", "diffusers")
                .containsEntry("pipeline_tag", "text-to-image")
                .containsEntry("instance_prompt", "a photo of \"sks\": cat")
                .containsEntry(
                        "widget", List.of(Map.of("text", "sks, asleep", "output", Map.of("url", "images/0.png"))))
                .containsKey("license");
        assertThat(card.get("tags"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                .contains("lora", "moslora");
        assertThat(run.resolve("adapter/images/0.png")).isNotEmptyFile();
        for (String format : List.of("native", "peft", "diffusers")) {
            Path out = folder.resolve(format);
            Program.run("convert", "--adapter", run, "--to", format, "--out", out)
                    .mustSucceed();
            assertThat(card(out))
                    .containsEntry("library_name", "diffusers")
                    .containsEntry("instance_prompt", "a photo of \"sks\": cat");
            Program.run("inspect", out, "--model", tiny.model()).mustSucceed();
        }
        assertThat(folder.resolve("diffusers/README.md")).content().contains("load_lora_weights");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aModelOfTheHubsCacheIsNamedAsTheHubDoes() throws Exception {
        TinyCase tiny = TinyCase.in(folder);
        Path home = folder.resolve("home");
        Path model = home.resolve("hub/models--some-org--tiny-llava");
        Path blobs = Files.createDirectories(model.resolve("blobs"));
        Path snapshot = Files.createDirectories(model.resolve("snapshots/abc123"));
        Files.writeString(Files.createDirectories(model.resolve("refs")).resolve("main"), "abc123");
        try (var files = Files.list(tiny.llava().model())) {
            for (Path file : files.toList()) {
                Path blob = Files.copy(file, blobs.resolve("blob-" + file.getFileName()));
                Files.createSymbolicLink(
                        snapshot.resolve(file.getFileName()),
                        Path.of("../../blobs").resolve(blob.getFileName()));
            }
        }
        Path run = folder.resolve("run");
        ended(home, 0, "train", tiny.recipe(), "model=some-org/tiny-llava", "training.max_steps=1", "--threads", 1);
        assertThat(card(run.resolve("adapter")))
                .containsEntry("base_model", "some-org/tiny-llava")
                .containsEntry("pipeline_tag", "image-text-to-text");
        ended(home, 0, "inspect", run, "--model", "some-org/tiny-llava");
        ended(home, 2, "inspect", run, "--model", "some-org/absent");
        assertThat(log()).contains("hf download some-org/absent").doesNotContain("\tat ");
        ended(home, 2, "train", tiny.recipe(), "model=some-org/absent", "output=other");
        assertThat(log()).contains("hf download some-org/absent").doesNotContain("\tat ");
    }

    private void ended(Path home, int code, Object... words) throws Exception {
        Process process = Program.startWith(Map.of("HF_HOME", home.toString()), folder.resolve("log"), words);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(log()).isEqualTo(code);
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }
}
