package org.moslora.llama;

import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.moslora.examples.Batch;
import org.moslora.examples.Example;
import org.moslora.examples.text.Encoded;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Linears;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;

/** A tiny text model that transformers saved, with what it computed. */
final class GoldenText implements AutoCloseable {
    static final int ROWS = 3;

    final LlamaFolder folder;
    private final WeightSource golden;

    private GoldenText(Path path) {
        this.folder = LlamaFolder.open(path);
        this.golden = SafetensorsFile.open(path.resolve("golden.safetensors"));
    }

    static Path path(String name) {
        try {
            return Path.of(GoldenText.class.getResource(name).toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static GoldenText of(String name) {
        Engine.start(1);
        return new GoldenText(path(name));
    }

    Llama model(Linears linears) {
        return folder.build(linears, Compute.cpu());
    }

    float[] losses(int... rows) {
        List<Float> all = new ArrayList<>();
        for (int row : rows) {
            for (float loss : HalfFloats.floats(golden, "losses." + row)) {
                all.add(loss);
            }
        }
        float[] joined = new float[all.size()];
        for (int i = 0; i < joined.length; i++) {
            joined[i] = all.get(i);
        }
        return joined;
    }

    /** Logits after a position of a row. */
    float[] logits(int row, int position) {
        int width = folder.text().vocabulary();
        return Arrays.copyOfRange(HalfFloats.floats(golden, "logits." + row), position * width, (position + 1) * width);
    }

    /** The last row's states before the block of a number. */
    float[] states(int block) {
        return HalfFloats.floats(golden, "states." + block);
    }

    int[] ids(int row) {
        return ints("ids." + row);
    }

    private int[] ints(String name) {
        ByteBuffer bytes = golden.bytes(name).get(0);
        int[] values = new int[bytes.remaining() / 8];
        for (int i = 0; i < values.length; i++) {
            values[i] = (int) bytes.getLong();
        }
        return values;
    }

    Batch batch(int... rows) {
        return Batch.of(Arrays.stream(rows)
                .mapToObj(row -> new Example(
                        new Encoded("row " + row, ids(row), ints("labels." + row), new int[0], List.of(), 0),
                        List.of()))
                .toList());
    }

    @Override
    public void close() {
        golden.close();
        folder.close();
    }
}
