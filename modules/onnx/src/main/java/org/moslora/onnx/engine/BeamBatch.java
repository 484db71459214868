package org.moslora.onnx.engine;

import java.util.Arrays;
import java.util.List;
import org.moslora.examples.image.PictureInput;
import org.moslora.generation.Decoder;
import org.moslora.llama.RowPositions;
import org.moslora.onnx.language.ChosenRows;
import org.moslora.onnx.session.RunningGraph;

/** Conversations of one length side by side, a row of the cache each. */
final class BeamBatch implements Decoder.Branches {
    private final DecoderRuns runs;
    private final RunningGraph chosen;
    private final Cache past;
    private int held;
    private int next;

    /** One that has not begun. */
    BeamBatch(DecoderRuns runs) {
        this.runs = runs;
        runs.adapters().retain();
        this.chosen = RunningGraph.of(ChosenRows.of(runs.config()));
        this.past = new Cache(runs.config());
    }

    @Override
    public float[] begin(int[] prompt, List<PictureInput> pictures) {
        return next(1, prompt, pictures);
    }

    @Override
    public float[] grow(int[] from, int[] tokens) {
        past.choose(chosen, Arrays.stream(from).asLongStream().toArray());
        return next(tokens.length, tokens, List.of());
    }

    private float[] next(int rows, int[] ids, List<PictureInput> pictures) {
        RowPositions places = runs.places(rows, ids, pictures, next);
        next = places.next(new int[] {ids.length / rows}, new int[] {next})[ids.length / rows - 1];
        held += ids.length / rows;
        long[] mask = new long[rows * held];
        Arrays.fill(mask, 1);
        return runs.run(new DecoderRuns.Stretch(rows, ids, mask, places), pictures, past);
    }

    @Override
    public void close() {
        past.close();
        runs.adapters().release();
        chosen.close();
    }
}
