package org.moslora.serve;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.LoadedAdapters;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.examples.image.PictureInput;
import org.moslora.examples.image.PicturePreparation;
import org.moslora.examples.image.UprightSize;
import org.moslora.examples.text.Prompt;
import org.moslora.examples.text.ShownPicture;
import org.moslora.generation.Answers;
import org.moslora.generation.LanguageModelRunner;
import org.moslora.generation.PrefixSession;
import org.moslora.generation.PromptLimits;
import org.moslora.onnx.adapter.GraphAdapters;
import org.moslora.problems.InvalidInput;
import org.moslora.tuning.LoadedModel;
import org.moslora.tuning.Processor;

/** A model that converses, loaded once: adapters take turns on it, and each brings its own way of spelling. */
final class ServedLanguageModel implements ServedModel {
    private final String name;
    private final Switching engine;
    private final PromptLimits limits;
    private final Function<Processor.Choice, Processor> spelling;
    private final Processor.Choice choice;
    private final Fitting fitting;
    private final Map<Processor.Choice, Processor> spellings = new HashMap<>();
    private Adapters.@Nullable Chosen active = Adapters.Chosen.NONE;

    /**
     * A runner that adapters take turns on.
     *
     * @param use takes some up, and lays down all others
     * @param close lets the model go
     */
    record Switching(LanguageModelRunner runner, Consumer<List<ScaledAdapter>> use, Runnable close) {}

    /**
     * What was answered.
     *
     * @param prompt tokens that were read
     * @param tokens that were written
     * @param whole whether the model ended it, or a text to stop at did
     */
    record Answer(String text, int prompt, int tokens, boolean whole) {}

    /** @param choice how conversations are spelt where neither model nor adapter says */
    ServedLanguageModel(
            String name,
            Switching engine,
            PromptLimits limits,
            Function<Processor.Choice, Processor> spelling,
            Processor.Choice choice,
            Fitting fitting) {
        this.name = name;
        this.engine = engine;
        this.limits = limits;
        this.spelling = spelling;
        this.choice = choice;
        this.fitting = fitting;
        spellings.put(choice, spelling.apply(choice));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean fits(Path adapter) {
        return fitting.test(adapter);
    }

    /**
     * Answers a conversation.
     *
     * @param written gets every stretch of the answer as soon as it can be read
     */
    Answer answer(ChatRequest request, Adapters.Chosen wanted, Consumer<String> written) {
        Processor own = taken(wanted);
        Prompt prompt = prompt(own, request);
        int length = prompt.ids().length;
        int most = limits.answer("the conversation", length, request.sampling().maxTokens(), 1);
        Answers answers = new Answers(own.encoder().stopId(), request.sampling());
        ShownText shown = new ShownText(request.stops(), written);
        int[] count = {0};
        try (PrefixSession session = new PrefixSession(engine.runner().decoder(), 0)) {
            int[] ids = session.answer(answers, prompt, picture -> input(own, request, picture), most, sofar -> {
                count[0] = sofar.length;
                shown.show(own.encoder().text(sofar.clone()));
            });
            shown.end(own.encoder().text(ids));
            return new Answer(shown.text(), length, ids.length, ids.length < most);
        } catch (ShownText.Ended stop) {
            return new Answer(shown.text(), length, count[0], true);
        }
    }

    private static PictureInput input(Processor own, ChatRequest request, ShownPicture picture) {
        PicturePreparation pictures = own.pictures();
        if (pictures == null) {
            throw new InvalidInput("the conversation", "has a picture, and the model takes none");
        }
        return pictures.input(request.decoded(picture.file()), picture.alone());
    }

    /** What the prompt is, told of pictures that lie in no file how large they are. */
    private static Prompt prompt(Processor own, ChatRequest request) {
        Map<Path, UprightSize> sizes = request.sizes();
        own.sizes().putAll(sizes);
        try {
            List<Prompt> prompts = own.encoder().prompts(request.conversation());
            return prompts.get(prompts.size() - 1);
        } finally {
            own.sizes().keySet().removeAll(sizes.keySet());
        }
    }

    /** Puts adapters on, unless they are, and says how conversations are spelt then. */
    private Processor taken(Adapters.Chosen wanted) {
        if (!wanted.equals(active)) {
            active = null;
            try {
                engine.use().accept(wanted.adapters());
                active = wanted;
            } catch (InvalidInput misfit) {
                engine.use().accept(List.of());
                active = Adapters.Chosen.NONE;
                throw misfit;
            }
        }
        List<ScaledAdapter> readable = wanted.adapters().stream()
                .filter(adapter -> !GraphAdapters.isOne(adapter.path()))
                .toList();
        if (readable.isEmpty()) {
            return spellings.computeIfAbsent(choice, spelling);
        }
        try (LoadedAdapters loaded = LoadedAdapters.open(readable)) {
            return spellings.computeIfAbsent(LoadedModel.recorded(choice, loaded), spelling);
        }
    }

    @Override
    public void close() {
        spellings.values().forEach(Processor::close);
        engine.close().run();
    }
}
