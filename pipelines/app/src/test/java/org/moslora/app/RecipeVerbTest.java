package org.moslora.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.datasets.tiny.TinyDiffusion;
import org.moslora.datasets.tiny.TinyLlama;
import org.moslora.datasets.tiny.TinyOptions;

/** Help with recipes: a start that fits, the schema that editors read, completions of the command line. */
final class RecipeVerbTest {
    @TempDir
    private Path folder;

    private String start(String kind, Path model, Path data) throws IOException {
        String text = Program.run("recipe", kind, "--model", model, "--data", data)
                .mustSucceed()
                .out();
        Path file = Files.writeString(folder.resolve(kind + ".yaml"), text);
        assertThat(Program.run("check", file).mustSucceed().err()).contains("nothing wrong");
        return text;
    }

    @Test
    void startsFitModelAndData() throws IOException {
        TinyCase tiny = TinyCase.in(folder.resolve("llava"));
        assertThat(start("visual", tiny.llava().model(), tiny.folder()))
                .contains("template: vicuna_v1", "precision: fp32", "images: '", "train.json'");
        TinyLlama llama =
                TinyLlama.write(folder.resolve("llama"), TinyOptions.standard().withPictures(8, 2));
        assertThat(start("text", llama.model(), llama.train())).doesNotContain("images", "projector");
        TinyDiffusion diffusion = TinyDiffusion.first(folder.resolve("sd"), 1, 3);
        assertThat(start("dreambooth", diffusion.model(), diffusion.pictures()))
                .contains("resolution: 16", "max_steps: 300");
        TinyDiffusion flow = TinyDiffusion.flow(folder.resolve("flow"), 1, 3);
        assertThat(start("dreambooth", flow.model(), flow.pictures())).contains("Z-Image", "resolution: 64");
        Program.Outcome wrong = Program.run("recipe", "visual", "--model", llama.model(), "--data", llama.train());
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.errors()).anyMatch(line -> line.contains("kind text"));
        assertThat(Program.run("recipe", "vizual", "--model", llama.model(), "--data", llama.train())
                        .errors())
                .anyMatch(line -> line.contains("did you mean visual"));
    }

    @Test
    void theSchemaKnowsKeysWordsDefaultsAndMeanings() {
        JsonObject schema = JsonParser.parseString(
                        Program.run("schema").mustSucceed().out())
                .getAsJsonObject();
        assertThat(schema.get("$schema").getAsString()).contains("json-schema.org");
        JsonObject definitions = schema.getAsJsonObject("definitions");
        assertThat(definitions.keySet()).contains("visual-instruction-tuning", "instruction-tuning", "dreambooth");
        JsonObject visual = definitions.getAsJsonObject("visual-instruction-tuning");
        assertThat(visual.get("additionalProperties").getAsBoolean()).isFalse();
        assertThat(visual.getAsJsonArray("required").toString()).contains("model", "output", "data");
        JsonObject keys = visual.getAsJsonObject("properties");
        assertThat(keys.keySet()).contains("adapter", "vision", "projector", "training", "validation", "compare");
        JsonObject training = keys.getAsJsonObject("training").getAsJsonObject("properties");
        JsonObject rate = training.getAsJsonObject("learning_rate");
        assertThat(rate.get("type").getAsString()).isEqualTo("number");
        assertThat(rate.get("default").getAsDouble()).isEqualTo(2.0e-4);
        assertThat(words(training.getAsJsonObject("schedule")))
                .contains("constant-with-warmup", "constant_with_warmup", "cosine");
        JsonObject adapter = keys.getAsJsonObject("adapter").getAsJsonObject("properties");
        assertThat(words(adapter.getAsJsonObject("kind"))).contains("moslora", "full", "moe-lora");
        assertThat(adapter.getAsJsonObject("rank").get("description").getAsString())
                .contains("rank");
        JsonObject data = keys.getAsJsonObject("data").getAsJsonObject("properties");
        assertThat(words(data.getAsJsonObject("template"))).contains("vicuna_v1", "llama3");
    }

    private static List<String> words(JsonObject key) {
        return key.getAsJsonArray("enum").asList().stream()
                .map(JsonElement::getAsString)
                .toList();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void bashCompletesVerbsAndOptions() throws Exception {
        String script = Program.run("completion", "bash").mustSucceed().out();
        assertThat(Program.run("completion", "zsh").mustSucceed().out()).contains("compinit");
        Path file = Files.writeString(
                folder.resolve("moslora.sh"),
                script + "\nCOMP_WORDS=(moslora serve --ad); COMP_CWORD=2; _complete_moslora;"
                        + " echo \"${COMPREPLY[@]}\"\n"
                        + "COMP_WORDS=(moslora cap); COMP_CWORD=1; _complete_moslora; echo \"${COMPREPLY[@]}\"\n");
        Process bash = new ProcessBuilder("bash", file.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String said = new String(bash.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(bash.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(said).contains("--adapters", "caption");
    }

    /** Ten keys have one order in three millions: that of the alphabet, where a map has none of its own. */
    @Test
    void aSchemaHasTheSameBytesEachTime() {
        Map<String, Object> unordered = new HashMap<>();
        "jhgfedcbia".chars().forEach(letter -> unordered.put((char) letter + "x".repeat(letter % 7), List.of()));
        Object settled = SchemaVerb.settled(List.of(Map.copyOf(unordered)));
        assertThat(settled)
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .singleElement(InstanceOfAssertFactories.MAP)
                .satisfies(map -> assertThat(map.keySet()).map(String::valueOf).isSorted());
        Map<String, Object> own = new LinkedHashMap<>();
        own.put("b", 1);
        own.put("a", 2);
        assertThat(SchemaVerb.settled(own)).hasToString("{b=1, a=2}");
    }
}
