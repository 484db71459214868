package org.moslora.llava;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.moslora.examples.Batch;
import org.moslora.examples.Example;
import org.moslora.examples.image.Picture;
import org.moslora.examples.image.PictureInput;
import org.moslora.examples.image.PicturePreparation;
import org.moslora.examples.image.UprightSize;
import org.moslora.examples.text.Encoded;
import org.moslora.examples.text.ShownPicture;
import org.moslora.layers.Arena;
import org.moslora.layers.Compute;
import org.moslora.layers.Engine;
import org.moslora.layers.Linears;
import org.moslora.llama.KeyValueCache;
import org.moslora.llava.tiles.Resolutions;
import org.moslora.llava.tiles.TileGrid;
import org.moslora.multimodal.MultimodalConfig;
import org.moslora.multimodal.MultimodalFolder;
import org.moslora.multimodal.MultimodalModel;
import org.moslora.multimodal.VisionFamilies;
import org.moslora.problems.InvalidInput;
import org.moslora.tensors.HalfFloats;
import org.moslora.tensors.SafetensorsFile;
import org.moslora.tensors.WeightSource;
import org.moslora.testing.WholeTensors;

/** Pictures in tiles, as LLaVA-NeXT and LLaVA-OneVision have them, against transformers. */
class TilesTest {
    private static final int[][] SHOWN = {{0}, {}, {1, 2}, {3}};
    private static final int[][] SIZES = {{13, 29}, {31, 9}, {17, 17}, {2, 40}};
    private static final String GRADIENT = "gradient.";

    /** A folder that transformers left, and what it computed. */
    private record Golden(
            MultimodalFolder<MultimodalConfig> folder, WeightSource numbers, PicturePreparation preparation)
            implements AutoCloseable {
        static Golden of(String name) {
            Engine.start(1);
            Path path = GoldenModel.path(name);
            MultimodalFolder<MultimodalConfig> folder = VisionFamilies.open(path);
            WeightSource numbers = SafetensorsFile.open(path.resolve("golden.safetensors"));
            return new Golden(folder, numbers, folder.config().preparation(path, null));
        }

        MultimodalModel model(Linears linears) {
            return folder.build(linears, Compute.cpu());
        }

        int[] ints(String name) {
            ByteBuffer bytes = numbers.bytes(name).get(0);
            return IntStream.range(0, bytes.remaining() / 8)
                    .map(i -> (int) bytes.getLong(8 * i))
                    .toArray();
        }

        Picture picture(int i) {
            ByteBuffer bytes = numbers.bytes("picture." + i).get(0);
            byte[] rgb = new byte[bytes.remaining()];
            bytes.get(rgb);
            return new Picture(SIZES[i][1], SIZES[i][0], rgb);
        }

        Example example(int row) {
            boolean alone = SHOWN[row].length == 1;
            List<PictureInput> inputs = Arrays.stream(SHOWN[row])
                    .mapToObj(i -> preparation.input(picture(i), alone))
                    .toList();
            List<ShownPicture> shown = new ArrayList<>();
            for (int i = 0; i < inputs.size(); i++) {
                Path file = Path.of(SHOWN[row][i] + ".png");
                shown.add(new ShownPicture(file, alone, inputs.get(i).tokens()));
            }
            int[] ids = ints("ids." + row);
            int[] places =
                    IntStream.range(0, ids.length).filter(i -> ids[i] == 47).toArray();
            return new Example(new Encoded("row " + row, ids, ints("labels." + row), places, shown, 0), inputs);
        }

        Batch batch() {
            return Batch.of(
                    IntStream.range(0, SHOWN.length).mapToObj(this::example).toList());
        }

        float[] losses() {
            List<Float> all = new ArrayList<>();
            for (int row = 0; row < SHOWN.length; row++) {
                for (float loss : HalfFloats.floats(numbers, "losses." + row)) {
                    all.add(loss);
                }
            }
            float[] losses = new float[all.size()];
            IntStream.range(0, losses.length).forEach(i -> losses[i] = all.get(i));
            return losses;
        }

        @Override
        public void close() {
            numbers.close();
            folder.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"next", "onevision"})
    void pixelsAndTokensAreTheProcessors(String name) {
        try (Golden golden = Golden.of(name)) {
            int[] tokens = golden.ints("tokens");
            for (int i = 0; i < SIZES.length; i++) {
                Picture picture = golden.picture(i);
                PictureInput input = golden.preparation().input(picture, true);
                assertThat(input.pixels())
                        .as("picture " + i)
                        .isEqualTo(HalfFloats.floats(golden.numbers(), "alone." + i));
                assertThat(input.tokens()).as("picture " + i).isEqualTo(tokens[i]);
                assertThat(golden.preparation().tokens(UprightSize.of(picture), true))
                        .isEqualTo(tokens[i]);
            }
        }
    }

    @Test
    void severalPicturesAreNotCut() {
        try (Golden golden = Golden.of("onevision")) {
            for (int i = 0; i < 2; i++) {
                PictureInput input = golden.preparation().input(golden.picture(i), false);
                assertThat(input.pixels()).isEqualTo(HalfFloats.floats(golden.numbers(), "several." + i));
                assertThat(input.tokens()).isEqualTo(5);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"next", "onevision"})
    void lossesAreTransformers(String name) {
        try (Golden golden = Golden.of(name);
                MultimodalModel model = golden.model(Linears.plain());
                Arena step = model.step()) {
            float[] losses = model.losses(step, model.look(step, golden.batch()));
            assertThat(losses).containsExactly(golden.losses(), within(2e-5f));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"next", "onevision"})
    void everyTensorsGradientIsPyTorchs(String name) {
        WholeTensors tensors = new WholeTensors();
        try (Golden golden = Golden.of(name);
                MultimodalModel model = golden.model(tensors)) {
            tensors.train(model.arena(), tensor -> true);
            try (Arena step = model.step()) {
                model.backward(step, model.forward(step, golden.batch(), Long.MAX_VALUE, 0), 1);
            }
            assertThat(tensors.gradients()).containsKey("model.image_newline");
            tensors.gradients().forEach((tensor, gradient) -> {
                float[] wanted = HalfFloats.floats(golden.numbers(), GRADIENT + told(golden, tensor));
                float largest = 0;
                for (float value : wanted) {
                    largest = Math.max(largest, Math.abs(value));
                }
                assertThat(gradient.toFloatArray()).as(tensor).containsExactly(wanted, within(5e-4f * largest + 5e-4f));
            });
        }
    }

    /** The golden file's name of a tensor, which leaves out the model. */
    private static String told(Golden golden, String tensor) {
        return golden.numbers().names().contains(GRADIENT + tensor) ? tensor : tensor.replaceFirst("^model\\.", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"next", "onevision"})
    void rememberedFeaturesGiveTheSame(String name) {
        try (Golden golden = Golden.of(name);
                MultimodalModel model = golden.model(Linears.plain());
                Arena step = model.step()) {
            Batch batch = golden.batch();
            float[] before = model.losses(step, model.look(step, batch));
            model.remember(1 << 20);
            model.look(step, batch);
            assertThat(batch.images()).allMatch(model::remembers);
            List<PictureInput> bare = batch.pixels().stream()
                    .map(input -> PictureInput.remembered(input.tokens()))
                    .toList();
            Batch without = new Batch(
                    batch.conversations(),
                    batch.ids(),
                    batch.targets(),
                    batch.lengths(),
                    batch.images(),
                    bare,
                    batch.imagePositions());
            assertThat(model.losses(step, model.look(step, without))).isEqualTo(before);
        }
    }

    @Test
    void anImageTokenTooManyIsRefusedByBothNumbers() {
        try (Golden golden = Golden.of("next");
                MultimodalModel model = golden.model(Linears.plain());
                KeyValueCache cache = model.cache(1, 60);
                Arena step = model.step()) {
            int[] ids = new int[20];
            Arrays.fill(ids, 47);
            List<PictureInput> one = List.of(golden.preparation().input(golden.picture(0), true));
            assertThatThrownBy(() -> model.step(step, ids, new int[] {20}, one, cache))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessageContaining("14 features of pictures for 20 image tokens");
        }
    }

    @ParameterizedTest
    @CsvSource({"672, 672, 2928", "1008, 336, 2376", "50, 2000, 722"})
    void countsAreThoseOfTheRealModels(int height, int width, int tokens) {
        List<UprightSize> usual = List.of(
                new UprightSize(336, 672),
                new UprightSize(672, 336),
                new UprightSize(672, 672),
                new UprightSize(1008, 336),
                new UprightSize(336, 1008));
        TileGrid grid = new TileGrid(336, 24, usual, 0);
        assertThat(grid.tokens(new UprightSize(height, width))).isEqualTo(tokens);
    }

    @Test
    void tooLargeAMapIsReduced() {
        TileGrid grid = new TileGrid(384, 27, Resolutions.upTo(6, 384), 9);
        assertThat(grid.tokens(new UprightSize(1361, 1131))).isEqualTo(8765);
        assertThat(grid.tokens(new UprightSize(3000, 3000))).isEqualTo(729 + 81 * 82);
    }

    @Test
    void whatCannotBePutTogetherIsRefusedByName(@TempDir Path folder) throws Exception {
        Path from = GoldenModel.path("next");
        String config = Files.readString(from.resolve("config.json"), StandardCharsets.UTF_8);
        Path file = folder.resolve("config.json");
        Files.writeString(file, config.replace("\"default\",", "\"full\",").replaceAll("\\s16\\b(?=\\s*\\])", " 15"));
        assertThatThrownBy(() -> VisionFamilies.config(folder))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("image_grid_pinpoints must be pairs of multiples of the tower's 8 pixels");
        Files.writeString(file, config.replace("\"llava_next\"", "\"llava_prev\""));
        assertThatThrownBy(() -> VisionFamilies.config(folder))
                .hasMessageContaining("llava_prev")
                .hasMessageContaining("llava_next, llava_onevision");
        Files.writeString(file, config);
        Files.writeString(
                folder.resolve("preprocessor_config.json"),
                "{\"size\": {\"shortest_edge\": 8}, \"crop_size\": 8, \"image_grid_pinpoints\": [[8, 8]]}");
        assertThatThrownBy(() -> VisionFamilies.config(folder).preparation(folder, null))
                .hasMessageContaining("image_grid_pinpoints are others than those of config.json");
    }
}
