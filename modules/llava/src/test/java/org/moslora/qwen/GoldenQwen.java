package org.moslora.qwen;

import ai.djl.ndarray.NDArray;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.moslora.examples.Batch;
import org.moslora.examples.Example;
import org.moslora.examples.image.PictureInput;
import org.moslora.examples.text.Encoded;
import org.moslora.examples.text.ShownPicture;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linear;
import org.moslora.layers.Linears;
import org.moslora.layers.OtherTensor;
import org.moslora.multimodal.MultimodalConfig;
import org.moslora.multimodal.MultimodalFolder;
import org.moslora.multimodal.MultimodalModel;
import org.moslora.multimodal.VisionFamilies;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;

/** A tiny model that transformers saved, with what it computed. */
final class GoldenQwen implements AutoCloseable {
    final MultimodalFolder<MultimodalConfig> folder;
    private final WeightSource golden;
    private final WeightSource full;

    private GoldenQwen(Path path) {
        this.folder = VisionFamilies.open(path);
        this.golden = SafetensorsFile.open(path.resolve("golden.safetensors"));
        this.full = SafetensorsFile.open(path.resolve("full.safetensors"));
    }

    static GoldenQwen of(String name) {
        Engine.start(1);
        try {
            return new GoldenQwen(Path.of(GoldenQwen.class.getResource(name).toURI()));
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    MultimodalModel model(Linears linears) {
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

    float[] logits(int row, int position) {
        int width = folder.text().vocabulary();
        return Arrays.copyOfRange(HalfFloats.floats(golden, "logits." + row), position * width, (position + 1) * width);
    }

    /** PyTorch's gradients of the sum of all losses, by name. */
    Map<String, float[]> gradients() {
        Map<String, float[]> all = new TreeMap<>();
        full.names().forEach(name -> all.put(name, HalfFloats.floats(full, name)));
        return all;
    }

    int[] ints(String name) {
        ByteBuffer bytes = golden.bytes(name).get(0);
        int[] values = new int[bytes.remaining() / 8];
        for (int i = 0; i < values.length; i++) {
            values[i] = (int) bytes.getLong();
        }
        return values;
    }

    List<PictureInput> pictures(int row) {
        List<PictureInput> pictures = new ArrayList<>();
        for (int i : ints("pictures." + row)) {
            int[] grid = ints("grid." + i);
            float[] pixels = HalfFloats.floats(golden, "pixels." + i);
            pictures.add(new PictureInput(pixels, grid[0], grid[1], grid[0] * grid[1] / 4));
        }
        return pictures;
    }

    Batch batch(int... rows) {
        return Batch.of(Arrays.stream(rows).mapToObj(this::example).toList());
    }

    private Example example(int row) {
        int[] ids = ints("ids." + row);
        int[] positions = java.util.stream.IntStream.range(0, ids.length)
                .filter(i -> ids[i] == folder.config().imageToken())
                .toArray();
        List<PictureInput> pictures = pictures(row);
        List<ShownPicture> files = new ArrayList<>();
        for (PictureInput picture : pictures) {
            Path name = Path.of("picture-" + picture.height() + "-" + picture.width());
            files.add(new ShownPicture(name, pictures.size() == 1, picture.tokens()));
        }
        return new Example(new Encoded("row " + row, ids, ints("labels." + row), positions, files, 0), pictures);
    }

    @Override
    public void close() {
        golden.close();
        full.close();
        folder.close();
    }

    /** Trains every tensor of a model itself. */
    static final class Everything implements Linears {
        final Map<String, NDArray> gradients = new TreeMap<>();
        private final List<Linear> linears = new ArrayList<>();
        private final List<OtherTensor> others = new ArrayList<>();

        @Override
        public void made(Linear linear) {
            linears.add(linear);
        }

        @Override
        public void made(OtherTensor tensor) {
            others.add(tensor);
        }

        void train(Arena arena) {
            for (Linear linear : linears) {
                String path = linear.site().path();
                NDArray bias = linear.bias();
                linear.train(
                        copied(arena, linear.weight()),
                        gradient(arena, path + ".weight", linear.weight()),
                        bias == null ? null : copied(arena, bias),
                        bias == null ? null : gradient(arena, path + ".bias", bias));
            }
            for (OtherTensor tensor : others) {
                tensor.train(copied(arena, tensor.value()), gradient(arena, tensor.name(), tensor.value()));
            }
        }

        private static NDArray copied(Arena arena, NDArray value) {
            return Kernels.get().one(arena, "scaled", value, 1.0);
        }

        private NDArray gradient(Arena arena, String name, NDArray like) {
            NDArray zeros = arena.zeros(like.getShape().getShape());
            gradients.put(name, zeros);
            return zeros;
        }
    }
}
