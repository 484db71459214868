package org.moslora.app;

import java.nio.file.Path;
import java.util.List;
import java.util.Scanner;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.InvalidInput;
import org.moslora.tuning.Chat;
import org.moslora.tuning.LoadedModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code moslora chat}. */
@Command(name = "chat", description = "Ask a model, about a picture or without one.", mixinStandardHelpOptions = true)
final class ChatVerb implements Runnable {
    @Mixin
    private ModelOptions model = new ModelOptions();

    @Option(names = "--image", paramLabel = "FILE", description = "A picture to talk about; may be given again.")
    private List<Path> images = List.of();

    @Option(names = "--max-new-tokens", defaultValue = "256", paramLabel = "N", description = "Of an answer.")
    private int maxNewTokens = 256;

    @Mixin
    private SamplingOptions sampling = new SamplingOptions();

    @Parameters(arity = "0..1", paramLabel = "PROMPT", description = "Without one: a conversation on the terminal.")
    private @Nullable String prompt;

    @Override
    @SuppressWarnings("SystemConsoleNull") // on later Java a piped conversation is read like a typed one
    public void run() {
        if (!sampling.areValid() || maxNewTokens < 1) {
            throw new InvalidInput(
                    "chat",
                    "--temperature must be at least 0, --top-p above 0 and at most 1, --max-new-tokens at least 1");
        }
        if (prompt == null && System.console() == null) {
            throw new InvalidInput("chat", "name a PROMPT; only a terminal can hold a conversation");
        }
        try (LoadedModel loaded = model.open(null, null, false);
                Chat chat = new Chat(loaded, images, sampling.of(maxNewTokens))) {
            if (prompt != null) {
                answer(chat, prompt);
            } else {
                converse(chat);
            }
        }
    }

    private static void converse(Chat chat) {
        try (Scanner lines = new Scanner(System.in, java.nio.charset.StandardCharsets.UTF_8)) {
            System.err.print("> ");
            while (lines.hasNextLine()) {
                String line = lines.nextLine().strip();
                if (!line.isEmpty()) {
                    answer(chat, line);
                }
                System.err.print("> ");
            }
        }
    }

    private static void answer(Chat chat, String question) {
        chat.ask(question, part -> {
            System.out.print(part);
            System.out.flush();
        });
        System.out.println();
    }
}
