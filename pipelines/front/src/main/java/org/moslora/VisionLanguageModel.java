package org.moslora;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.console.hub.HubCache;
import org.moslora.generation.Sampling;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.llama.BackboneFolder;
import org.moslora.problems.Messages;
import org.moslora.tuning.Chat;
import org.moslora.tuning.LoadedModel;
import org.moslora.tuning.ModelFolders;
import org.moslora.tuning.Processor;

/**
 * A language model that may see pictures, and is asked: a LLaVA's folder or a text model's. Its files are opened at once
 * and loaded when it is first asked. Used by one thread.
 */
public final class VisionLanguageModel implements AutoCloseable {
    private static final int MOST_TOKENS = 256;

    private final BackboneFolder folder;
    private final List<ScaledAdapter> adapters = new ArrayList<>();
    private Sampling sampling = Sampling.greedy(MOST_TOKENS);
    private @Nullable LoadedModel loaded;

    private VisionLanguageModel(BackboneFolder folder) {
        this.folder = folder;
    }

    /**
     * Opens a model folder, or {@code ORG/NAME} of the hub's cache.
     *
     * @throws org.moslora.problems.InvalidInput naming everything that is wrong with it
     */
    public static VisionLanguageModel open(Path folder) {
        return new VisionLanguageModel(ModelFolders.open(HubCache.model(folder)));
    }

    /** Puts an adapter on, beside those that are there: its folder, or that of its run. */
    public VisionLanguageModel with(Path adapter) {
        return with(adapter, 1);
    }

    /** Puts a part of an adapter on. */
    public VisionLanguageModel with(Path adapter, double scale) {
        adapters.add(new ScaledAdapter(adapter, scale));
        unload();
        return this;
    }

    /** Answers by this from now on, instead of greedily and with 256 tokens at most. */
    public VisionLanguageModel sampling(Sampling other) {
        sampling = other;
        return this;
    }

    /** The answer to one question. */
    public String ask(String question) {
        try (Chat chat = chat()) {
            return chat.ask(question, part -> {});
        }
    }

    /** The answer to one question about a picture. */
    public String ask(Path picture, String question) {
        try (Chat chat = chat(picture)) {
            return chat.ask(question, part -> {});
        }
    }

    /**
     * A conversation of several turns, about pictures or about none; to be over before this is closed.
     *
     * @throws org.moslora.problems.InvalidInput when an adapter cannot be read or does not fit
     */
    public Chat chat(Path... pictures) {
        return new Chat(loaded(), List.of(pictures), sampling);
    }

    private LoadedModel loaded() {
        LoadedModel ready = loaded;
        if (ready == null) {
            Engine.start(Engine.defaultThreads());
            ready = LoadedModel.of(
                    folder, adapters, Processor.Choice.open(Path.of("")), Compute.cpu(), Messages.stderr(true));
            loaded = ready;
        }
        return ready;
    }

    private void unload() {
        if (loaded != null) {
            loaded.close();
            loaded = null;
        }
    }

    @Override
    public void close() {
        unload();
        folder.close();
    }
}
