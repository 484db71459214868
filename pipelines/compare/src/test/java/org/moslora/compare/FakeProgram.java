package org.moslora.compare;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.moslora.console.recipe.Recipes;
import org.moslora.pictures.GenerationParameters;
import org.moslora.pictures.ImageRows;
import org.moslora.pictures.Options;
import org.moslora.pictures.PictureRequest;
import org.moslora.pictures.judge.Judge;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;

/**
 * Stands in for the program: leaves run folders and pictures as it does, and scores by a formula of what was trained. Can
 * be stopped in the middle of a training.
 */
final class FakeProgram implements Program {
    /** Every command that was run, in order. */
    final List<List<String>> commands = new ArrayList<>();

    private final ToDoubleFunction<String> score;
    private final FakeEmbedding space = new FakeEmbedding();
    private BinaryOperator<String> painter = (run, prompt) -> prompt;
    private int left = Integer.MAX_VALUE;

    /** @param score of a run's name and the part of the data: "lora-r2-lr1e-3-s0 validation" */
    FakeProgram(ToDoubleFunction<String> score) {
        this.score = score;
    }

    /** The same, dying within the command after so many. */
    FakeProgram dyingAfter(int commandsLeft) {
        left = commandsLeft;
        return this;
    }

    /** The same, painting so. @param what of a run's name and a prompt: what is to be seen */
    FakeProgram painting(BinaryOperator<String> what) {
        painter = what;
        return this;
    }

    @Override
    public <T> T judged(Path clip, Function<Judge, T> question) {
        if (!Files.exists(clip.resolve("config.json"))) {
            throw new InvalidInput(clip.toString(), "holds no config.json");
        }
        return question.apply(new Judge(space));
    }

    @Override
    public void check(Path recipe, List<String> overrides) {
        boolean own = Recipes.peekPaths(recipe, "adapter.kind", List.of(), recipe.getParent()).stream()
                .anyMatch(kind -> kind.endsWith("nonsense"));
        if (own || overrides.contains("adapter.kind=nonsense")) {
            throw new InvalidInput("command line", "adapter.kind must be one of lora, moslora, got \"nonsense\"");
        }
        if (overrides.contains("adapter.mixer_init=zero")) {
            throw new InvalidInput("adapter.mixer_init", "starts at zero while B is zero");
        }
    }

    @Override
    public Outcome run(List<String> words, Path log) {
        commands.add(words);
        try {
            if (words.get(0).equals("train")) {
                Path run = run(words, "output=");
                train(run);
                if (words.contains("adapter.kind=full")) {
                    leaveModel(run);
                }
                return new Outcome(0, "");
            }
            String name = asked(words).getFileName().toString();
            if (words.get(0).equals("generate")) {
                paint(name, words);
                return new Outcome(0, "{}");
            }
            String out = words.get(words.indexOf("--out") + 1);
            String part = out.contains("-validation.") ? "validation" : "test";
            return new Outcome(0, "{\"accuracy\":" + score.applyAsDouble(name + " " + part) + ",\"loss\":1.5}\n");
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** The run whose adapter or model is scored. */
    private static Path asked(List<String> words) {
        int adapter = words.indexOf("--adapter");
        return adapter >= 0
                ? Path.of(words.get(adapter + 1))
                : Path.of(words.get(words.indexOf("--model") + 1)).getParent();
    }

    private void paint(String name, List<String> words) throws IOException {
        Path folder = Files.createDirectories(Path.of(after(words, "--out")));
        long seed = Long.parseLong(after(words, "--seed"));
        for (String row : Files.readAllLines(Path.of(after(words, "--prompts")))) {
            String prompt =
                    JsonParser.parseString(row).getAsJsonObject().get("prompt").getAsString();
            for (int i = 0; i < Integer.parseInt(after(words, "--images")); i++) {
                String file = seed++ + ".png";
                Files.writeString(folder.resolve(file), painter.apply(name, prompt));
                ImageRows.append(
                        folder,
                        file,
                        new GenerationParameters(new PictureRequest(prompt, Options.NONE), "fake", Map.of()));
            }
        }
    }

    private static String after(List<String> words, String option) {
        return words.get(words.indexOf(option) + 1);
    }

    private static void leaveModel(Path run) throws IOException {
        Path checkpoint = Files.createDirectories(run.resolve("checkpoints/step-000020"));
        SafetensorsWriter.write(
                checkpoint.resolve("state.safetensors"),
                List.of(TensorData.of("value", List.of(7L), new float[7])),
                Map.of());
        Files.createDirectories(run.resolve("model"));
    }

    private static Path run(List<String> words, String key) {
        return Path.of(words.stream()
                .filter(word -> word.startsWith(key))
                .reduce((first, second) -> second)
                .orElseThrow()
                .substring(key.length()));
    }

    private void train(Path run) throws IOException {
        Files.createDirectories(run);
        Files.writeString(run.resolve("recipe.yaml"), "pipeline: fake\n");
        if (left-- == 0) {
            throw new IllegalStateException("killed");
        }
        StringBuilder metrics = new StringBuilder();
        for (int step = 1; step <= 20; step++) {
            metrics.append("{\"step\":" + step + ",\"loss\":" + (step > 18 ? 0.5 : 3) + ",\"seconds\":0.25,"
                    + "\"peak_rss_bytes\":" + (1000 + step) + "}\n");
        }
        Files.writeString(run.resolve("metrics.jsonl"), metrics.toString());
    }
}
