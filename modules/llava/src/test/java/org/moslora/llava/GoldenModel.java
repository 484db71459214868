package org.moslora.llava;

import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.moslora.examples.Batch;
import org.moslora.examples.Example;
import org.moslora.examples.image.PictureInput;
import org.moslora.examples.text.Encoded;
import org.moslora.examples.text.ShownPicture;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Linears;
import org.moslora.multimodal.MultimodalFolder;
import org.moslora.multimodal.MultimodalModel;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;

/** A tiny model that transformers saved, with what it computed. */
final class GoldenModel implements AutoCloseable {
    static final int ROWS = 3;
    private static final int[][] PICTURES = {{0}, {}, {1, 2}};

    final MultimodalFolder<LlavaConfig> folder;
    private final WeightSource golden;

    private GoldenModel(Path path) {
        this.folder = LlavaFolder.open(path);
        this.golden = SafetensorsFile.open(path.resolve("golden.safetensors"));
    }

    static Path path(String name) {
        try {
            return Path.of(GoldenModel.class.getResource(name).toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static GoldenModel of(String name) {
        Engine.start(1);
        return new GoldenModel(path(name));
    }

    MultimodalModel model(Linears linears, Compute compute) {
        return new MultimodalModel(folder, linears, compute);
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
        int width = folder.config().text().vocabulary();
        return Arrays.copyOfRange(HalfFloats.floats(golden, "logits." + row), position * width, (position + 1) * width);
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

    List<PictureInput> pictures(int row) {
        float[] all = HalfFloats.floats(golden, "pixels");
        int each = all.length / 3;
        return Arrays.stream(PICTURES[row])
                .mapToObj(i -> input(Arrays.copyOfRange(all, i * each, (i + 1) * each)))
                .toList();
    }

    private PictureInput input(float[] pixels) {
        int side = folder.config().vision().imageSize();
        return new PictureInput(pixels, side, side, folder.config().imageTokens());
    }

    Batch batch(int... rows) {
        return Batch.of(Arrays.stream(rows).mapToObj(this::example).toList());
    }

    private Example example(int row) {
        int[] ids = ids(row);
        int[] positions = new int[ids.length];
        int count = 0;
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] == folder.config().imageToken()) {
                positions[count++] = i;
            }
        }
        List<ShownPicture> files = Arrays.stream(PICTURES[row])
                .mapToObj(i -> new ShownPicture(
                        Path.of("picture-" + i), true, folder.config().imageTokens()))
                .toList();
        Encoded encoded =
                new Encoded("row " + row, ids, ints("labels." + row), Arrays.copyOf(positions, count), files, 0);
        return new Example(encoded, pictures(row));
    }

    @Override
    public void close() {
        golden.close();
        folder.close();
    }
}
