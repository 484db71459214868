package org.moslora.visual;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.moslora.datasets.tiny.TinyLlava;
import org.moslora.datasets.tiny.TinyOptions;
import org.moslora.examples.Example;
import org.moslora.examples.image.PictureInput;
import org.moslora.examples.text.Conversation;
import org.moslora.examples.text.Prompt;
import org.moslora.examples.text.Role;
import org.moslora.examples.text.Turn;
import org.moslora.generation.Answers;
import org.moslora.generation.Decoder;
import org.moslora.generation.LanguageModelRunner;
import org.moslora.generation.Sampling;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.tuning.Chat;
import org.moslora.tuning.LoadedModel;
import org.moslora.tuning.Processor;

/** A conversation says turn by turn what a model says that is shown all of it anew, and computes only what is new. */
class ChatTest {
    private static final int TOKENS = 12;
    private static final List<String> QUESTIONS =
            List.of("Which colour does the large thing have?", "Is it round?", "And what stands beside it?");

    @TempDir
    Path folder;

    /** A model that notes what it is given to compute. */
    private record Counted(LanguageModelRunner model, List<Integer> lengths, List<Integer> pictures)
            implements LanguageModelRunner {
        @Override
        public Decoder decoder() {
            Decoder inner = model.decoder();
            return new Decoder() {
                @Override
                public Session open(int room) {
                    return new Noted(inner.open(room), lengths, pictures);
                }

                @Override
                public Branches branches(int room) {
                    return inner.branches(room);
                }
            };
        }

        @Override
        public float[] losses(List<Example> examples) {
            return model.losses(examples);
        }

        @Override
        public void close() {
            model.close();
        }
    }

    private record Noted(Decoder.Session inner, List<Integer> lengths, List<Integer> pictures)
            implements Decoder.Session {
        @Override
        public float[] next(int[] ids, List<PictureInput> pixels) {
            lengths.add(ids.length);
            pictures.add(pixels.size());
            return inner.next(ids, pixels);
        }

        @Override
        public int length() {
            return inner.length();
        }

        @Override
        public void reserve(int room) {
            inner.reserve(room);
        }

        @Override
        public void rewind(int length) {
            inner.rewind(length);
        }

        @Override
        public void close() {
            inner.close();
        }
    }

    @Test
    void aConversationIsComputedOnce() {
        Engine.start(1);
        TinyLlava llava =
                TinyLlava.write(folder, TinyOptions.standard().withSeed(4).withPictures(1, 1));
        Path picture = llava.images().resolve("train-0000.png");
        try (LoadedModel loaded = LoadedModel.open(
                llava.model(), List.of(), Processor.Choice.open(Path.of("")), Compute.cpu(), line -> {})) {
            Counted counted = new Counted(loaded.runner(), new ArrayList<>(), new ArrayList<>());
            List<Turn> turns = new ArrayList<>();
            LoadedModel watched = new LoadedModel(counted, loaded.limits(), loaded.processor(), () -> {});
            try (Chat chat = new Chat(watched, List.of(picture), Sampling.greedy(TOKENS))) {
                for (String question : QUESTIONS) {
                    counted.lengths().clear();
                    turns.add(new Turn(Role.USER, (turns.isEmpty() ? Conversation.IMAGE + "\n" : "") + question));
                    String answer = chat.ask(question, part -> {});
                    Prompt prompt = prompt(loaded, turns, picture);
                    assertThat(answer).isEqualTo(fresh(loaded, prompt));
                    turns.add(new Turn(Role.ASSISTANT, answer));
                    int computed = counted.lengths().get(0);
                    if (turns.size() == 2) {
                        assertThat(computed).isEqualTo(prompt.ids().length);
                    } else {
                        assertThat(computed).isLessThan(prompt.ids().length / 2);
                    }
                }
            }
            assertThat(counted.pictures().stream().mapToInt(many -> many).sum()).isOne();
        }
    }

    private static Prompt prompt(LoadedModel loaded, List<Turn> turns, Path picture) {
        List<Prompt> prompts = loaded.processor()
                .encoder()
                .prompts(new Conversation(
                        "fresh", turns, List.of(picture.toAbsolutePath().toString())));
        return prompts.get(prompts.size() - 1);
    }

    private static String fresh(LoadedModel loaded, Prompt prompt) {
        Answers answers = new Answers(loaded.processor().encoder().stopId(), Sampling.greedy(TOKENS));
        List<PictureInput> pixels =
                prompt.images().stream().map(loaded.processor()::input).toList();
        try (Decoder.Session session = loaded.runner().decoder().open(prompt.ids().length + TOKENS)) {
            return loaded.processor().encoder().text(answers.answer(session, prompt.ids(), pixels, sofar -> {}));
        }
    }
}
