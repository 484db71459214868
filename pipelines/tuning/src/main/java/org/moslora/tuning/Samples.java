package org.moslora.tuning;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.moslora.examples.image.PictureInput;
import org.moslora.examples.text.Conversation;
import org.moslora.examples.text.Prompt;
import org.moslora.examples.text.Role;
import org.moslora.examples.text.Turn;
import org.moslora.generation.Answers;
import org.moslora.generation.Decoder;
import org.moslora.generation.Sampling;
import org.moslora.generation.TorchDecoder;
import org.moslora.layers.Arena;
import org.moslora.tensors.DurableFiles;
import org.moslora.training.recipe.ValidationBlock;

/** Answers made while training, so that one sees what is learnt: a file of them for every validation. */
final class Samples {
    private static final int TOKENS = 64;
    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    private Samples() {}

    /** The file of answers; none where nothing is asked. */
    static Optional<Path> write(TrainingSetup setup, int step) {
        ValidationBlock block = setup.recipe.validation();
        List<Conversation> asked = block.prompts().isEmpty()
                ? setup.data.heldBack()
                : block.prompts().stream().map(Samples::question).toList();
        if (asked.isEmpty() || block.samples() == 0) {
            return Optional.empty();
        }
        StringBuilder lines = new StringBuilder();
        try (Arena folding = setup.model.step()) {
            setup.adapters.materializeForInference(folding);
            asked.stream()
                    .limit(block.samples())
                    .forEach(row -> lines.append(answer(setup, row)).append('\n'));
        }
        try {
            Files.createDirectories(setup.run.samples());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        Path file = file(setup, step);
        DurableFiles.writeString(file, lines.toString());
        return Optional.of(file);
    }

    static Path file(TrainingSetup setup, int step) {
        return setup.run.samples().resolve(String.format(Locale.ROOT, "step-%06d.jsonl", step));
    }

    private static Conversation question(String text) {
        return new Conversation(text, List.of(new Turn(Role.USER, text)), List.of());
    }

    private static String answer(TrainingSetup setup, Conversation row) {
        Prompt prompt = setup.processor.encoder().prompts(row).get(0);
        Answers answers = new Answers(setup.processor.encoder().stopId(), Sampling.greedy(TOKENS));
        List<PictureInput> pictures =
                prompt.images().stream().map(setup.processor::input).toList();
        try (Decoder.Session session = new TorchDecoder(setup.model).open(prompt.ids().length + TOKENS)) {
            int[] ids = answers.answer(session, prompt.ids(), pictures, sofar -> {});
            JsonObject json = new JsonObject();
            json.addProperty("id", row.id());
            json.addProperty("question", row.turns().get(0).text());
            json.addProperty("expected", prompt.expected());
            json.addProperty("answer", setup.processor.encoder().text(ids));
            return GSON.toJson(json);
        }
    }
}
