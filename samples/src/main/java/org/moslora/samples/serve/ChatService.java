package org.moslora.samples.serve;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.examples.text.ChatTemplate;
import org.moslora.generation.Sampling;
import org.moslora.onnx.engine.OnnxLanguageModelFolder;
import org.moslora.onnx.engine.OnnxLanguageModelRunner;
import org.moslora.onnx.session.RunSettings;
import org.moslora.problems.InvalidInput;
import org.moslora.tuning.Chat;
import org.moslora.tuning.LoadedModel;
import org.moslora.tuning.Processor;

/** Answers what requests ask: an exported LLaVA or language model, loaded once. */
final class ChatService implements AutoCloseable {
    private static final String WHERE = "request";
    private static final int TOKENS = 64;
    private static final int MOST_TOKENS = 1024;

    private final OnnxLanguageModelRunner speaker;
    private final LoadedModel loaded;
    private final Adapters adapters;
    private final RequestQueue desk;

    /** @param template how turns are spelt; null to guess by the model */
    ChatService(
            Path folder,
            @Nullable ChatTemplate template,
            Adapters adapters,
            RunSettings settings,
            int waiting,
            Duration patience) {
        OnnxLanguageModelFolder graphs = OnnxLanguageModelFolder.open(folder);
        Processor.Choice choice = Processor.Choice.of(template, null, null, Path.of(""));
        Processor spelling = Processor.of(folder, graphs.text(), graphs.llava(), choice, remark -> {});
        this.speaker = OnnxLanguageModelRunner.open(graphs, List.of(), settings);
        this.loaded = new LoadedModel(speaker, graphs.limits(settings), spelling, () -> {});
        this.adapters = adapters;
        this.desk = new RequestQueue("chat", waiting, patience);
    }

    /**
     * Answers one question.
     *
     * @param json {@code prompt}, and perhaps {@code max-new-tokens} and {@code adapter}, a name or {@code NAME:SCALE}
     */
    String answer(JsonObject json) {
        String prompt = text(json, "prompt");
        int tokens = json.has("max-new-tokens") ? (int) number(json, "max-new-tokens") : TOKENS;
        if (prompt == null || tokens < 1 || tokens > MOST_TOKENS) {
            throw new InvalidInput(
                    WHERE, "must have a \"prompt\", and \"max-new-tokens\" from 1 to " + MOST_TOKENS + " if any");
        }
        String named = text(json, "adapter");
        List<ScaledAdapter> wanted = named == null ? List.of() : adapters.named(List.of(Names.adapter(named)));
        return desk.ask(deadline -> {
            speaker.use(wanted);
            try (Chat chat = new Chat(loaded, List.of(), Sampling.greedy(tokens))) {
                return chat.ask(prompt, part -> deadline.check());
            }
        });
    }

    private static @Nullable String text(JsonObject json, String key) {
        return json.get(key) instanceof JsonPrimitive value && value.isString() ? value.getAsString() : null;
    }

    private static double number(JsonObject json, String key) {
        return json.get(key) instanceof JsonPrimitive value && value.isNumber() ? value.getAsDouble() : 0;
    }

    @Override
    public void close() {
        desk.close();
        loaded.close();
    }
}
