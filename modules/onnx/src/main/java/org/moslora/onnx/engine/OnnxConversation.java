package org.moslora.onnx.engine;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.moslora.examples.image.PictureInput;
import org.moslora.generation.Decoder;
import org.moslora.llama.RowPositions;

/** A conversation on its way. */
final class OnnxConversation implements Decoder.Session {
    /** Which places of the cache count; what was forgotten stays there, unseen, where windows do not count it. */
    private final BitSet seen = new BitSet();

    /** After each token that counts, the place that the next one has. */
    private final List<Integer> places = new ArrayList<>();

    private final DecoderRuns runs;
    private final Cache past;
    private int held;

    /** One that has not begun. */
    OnnxConversation(DecoderRuns runs) {
        this.runs = runs;
        runs.adapters().retain();
        this.past = new Cache(runs.config());
    }

    @Override
    public float[] next(int[] ids, List<PictureInput> pictures) {
        return runs.run(stretch(ids, pictures), pictures, past);
    }

    /** Says its last; gives the logits after every id. */
    void end(int[] ids, List<PictureInput> pictures, DecoderRuns.Rows rows) {
        runs.runLast(stretch(ids, pictures), pictures, past, rows);
    }

    private DecoderRuns.Stretch stretch(int[] ids, List<PictureInput> pictures) {
        int first = places.isEmpty() ? 0 : places.get(places.size() - 1);
        RowPositions own = runs.places(1, ids, pictures, first);
        for (int next : own.next(new int[] {ids.length}, new int[] {first})) {
            places.add(next);
        }
        seen.set(held, held + ids.length);
        held += ids.length;
        long[] mask = new long[held];
        seen.stream().forEach(place -> mask[place] = 1);
        return new DecoderRuns.Stretch(1, ids, mask, own);
    }

    @Override
    public int length() {
        return seen.cardinality();
    }

    @Override
    public void rewind(int length) {
        if (length >= length()) {
            return;
        }
        int place = -1;
        for (int i = 0; i < length; i++) {
            place = seen.nextSetBit(place + 1);
        }
        seen.clear(place + 1, Math.max(held, place + 1));
        places.subList(Math.min(length, places.size()), places.size()).clear();
        if (length == 0) {
            past.clear();
            held = 0;
        } else if (windowed()) {
            past.cut(length);
            held = length;
        }
    }

    /** Whether layers count the places of the cache, so that none may stay there unseen. */
    private boolean windowed() {
        return runs.config().parts().spans().stream().anyMatch(span -> span.window() > 0);
    }

    @Override
    public void close() {
        past.close();
        runs.adapters().release();
    }
}
