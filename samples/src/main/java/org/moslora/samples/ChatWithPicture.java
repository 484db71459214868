package org.moslora.samples;

import java.nio.file.Path;
import java.util.List;
import org.moslora.adapters.ScaledAdapter;
import org.moslora.generation.Sampling;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.problems.Messages;
import org.moslora.tuning.Chat;
import org.moslora.tuning.LoadedModel;
import org.moslora.tuning.Processor;

/** Asks a model with an adapter about a picture: {@code ChatWithPicture MODEL ADAPTER PICTURE QUESTION}. */
public final class ChatWithPicture {
    private ChatWithPicture() {}

    /** Runs the sample. */
    public static void main(String... arguments) {
        String answer = answer(
                Path.of(arguments[0]), List.of(ScaledAdapter.parse(arguments[1])), Path.of(arguments[2]), arguments[3]);
        System.out.println(answer);
    }

    /**
     * One answer.
     *
     * @param model a LLaVA folder
     * @param adapters what to put on it; template and picture shape are as they record
     */
    static String answer(Path model, List<ScaledAdapter> adapters, Path picture, String question) {
        Engine.start(Engine.defaultThreads());
        try (LoadedModel loaded = LoadedModel.open(
                        model, adapters, Processor.Choice.open(Path.of("")), Compute.cpu(), Messages.stderr(true));
                Chat chat = new Chat(loaded, List.of(picture), Sampling.greedy(32))) {
            return chat.ask(question, part -> {});
        }
    }
}
