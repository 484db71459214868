package org.moslora.tuning;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import org.moslora.examples.Example;
import org.moslora.examples.image.PictureInput;
import org.moslora.generation.Decoder;
import org.moslora.generation.LanguageModelRunner;
import org.moslora.layers.Compute;
import org.moslora.llama.BackboneFolder;

/**
 * A model that says what it is told to and loses what it is told to.
 *
 * @param folder whose vocabulary it has
 * @param answers ids, those that end one included, in the order in which they are asked for
 * @param asked how often it was
 * @param loss of each token that carries one, by its conversation
 */
public record ScriptedModel(
        BackboneFolder folder, List<int[]> answers, AtomicInteger asked, ToDoubleFunction<Example> loss)
        implements LanguageModelRunner {
    /** A model of a bench that gives these answers, one after the other and then from the first again. */
    public static LoadedModel saying(TuningBench bench, Processor.Choice choice, String... answers) {
        return of(bench, choice, example -> 0.5, answers);
    }

    static LoadedModel of(
            TuningBench bench, Processor.Choice choice, ToDoubleFunction<Example> loss, String... answers) {
        BackboneFolder folder = ModelFolders.open(bench.model());
        Processor spelling = Processor.of(folder, choice, line -> {});
        List<int[]> ids = Arrays.stream(answers)
                .map(text -> ended(
                        spelling.tokenizer().encode(text), spelling.encoder().stopId()))
                .toList();
        ScriptedModel model = new ScriptedModel(folder, ids, new AtomicInteger(), loss);
        return new LoadedModel(model, LoadedModel.limits(folder, Compute.cpu()), spelling, folder::close);
    }

    private static int[] ended(int[] ids, int stop) {
        int[] all = Arrays.copyOf(ids, ids.length + 1);
        all[ids.length] = stop;
        return all;
    }

    @Override
    public Decoder decoder() {
        return new Script();
    }

    @Override
    public float[] losses(List<Example> examples) {
        float[] losses = new float
                [examples.stream()
                        .mapToInt(example -> example.encoded().supervised())
                        .sum()];
        int at = 0;
        for (Example example : examples) {
            int to = at + example.encoded().supervised();
            Arrays.fill(losses, at, to, (float) loss.applyAsDouble(example));
            at = to;
        }
        return losses;
    }

    @Override
    public void close() {
        // It holds nothing.
    }

    /** A prompt begins an answer, a single token goes on with it. */
    private final class Script implements Decoder {
        @Override
        public Session open(int room) {
            return new Said();
        }

        @Override
        public Branches branches(int room) {
            throw new UnsupportedOperationException("one answer at a time");
        }

        private final class Said implements Session {
            private int length;
            private int given;
            private int[] answer = new int[0];

            @Override
            public float[] next(int[] ids, List<PictureInput> pictures) {
                if (ids.length > 1) {
                    answer = answers.get(asked.getAndIncrement() % answers.size());
                    given = 0;
                }
                length += ids.length;
                float[] logits = new float[folder.text().vocabulary()];
                logits[answer[given++]] = 1;
                return logits;
            }

            @Override
            public int length() {
                return length;
            }

            @Override
            public void rewind(int to) {
                length = to;
            }

            @Override
            public void close() {
                length = 0;
            }
        }
    }
}
