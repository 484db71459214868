package org.moslora.diffusion.zimage;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.moslora.diffusion.flow.FlowPass;
import org.moslora.diffusion.flow.FlowSession;
import org.moslora.diffusion.flow.FlowText;
import org.moslora.diffusion.flow.FlowTransformer;
import org.moslora.diffusion.flow.StreamLayout;
import org.moslora.layers.Arena;
import org.moslora.layers.BlockTensors;
import org.moslora.layers.Compute;
import org.moslora.layers.Kernels;
import org.moslora.layers.Linears;
import org.moslora.layers.Seeds;
import org.moslora.layers.Structure;
import org.moslora.layers.Tape;
import org.moslora.layers.block.BlockList;
import org.moslora.layers.block.ModelBuilder;
import org.moslora.tensors.WeightSource;

/**
 * Z-Image's transformer (arXiv:2511.22699). Picture and caption are refined each by itself and then run as one stream;
 * the caption's way up to there does not depend on the time and is taken once for all steps. Used by one thread; owns its
 * weights.
 */
public final class ZImage implements FlowTransformer {
    final ZImageConfig config;
    final BlockTensors time;
    final BlockTensors pictures;
    final BlockTensors captions;
    final BlockTensors last;
    final BlockList<ZImageBlocks.Stream> noiseRefiner;
    final BlockList<ZImageBlocks.Stream> contextRefiner;
    final BlockList<ZImageBlocks.Stream> layers;
    private final ModelBuilder builder;

    /**
     * Builds the model over weights, mapping them where it can.
     *
     * @param weights every tensor of {@link ZImageNames#expected}
     * @param linears sees every linear as it is made; paths begin with {@link ZImageNames#COMPONENT}
     */
    public ZImage(ZImageConfig config, WeightSource weights, Linears linears, Compute compute) {
        this.config = config;
        this.builder = ModelBuilder.open(ZImageNames.COMPONENT, weights, linears, compute);
        this.time = builder.tensors(List.of(), builder.linear(ZImageNames.TIME), builder.linear(ZImageNames.TIME_OUT));
        this.pictures =
                builder.tensors(List.of(builder.tensor(ZImageNames.PICTURE_PAD)), builder.linear(ZImageNames.PICTURES));
        this.captions = builder.tensors(
                List.of(builder.tensor(ZImageNames.CAPTION_NORM + ".weight"), builder.tensor(ZImageNames.CAPTION_PAD)),
                builder.linear(ZImageNames.CAPTIONS));
        this.noiseRefiner = ZImageBlocks.of(builder, config, ZImageNames.NOISE, config.refiners(), true);
        this.contextRefiner = ZImageBlocks.of(builder, config, ZImageNames.CONTEXT, config.refiners(), false);
        this.layers = ZImageBlocks.of(builder, config, ZImageNames.LAYERS, config.layers(), true);
        this.last = builder.tensors(
                List.of(), builder.linear(ZImageNames.FINAL), builder.linear(ZImageNames.FINAL_MODULATION));
    }

    @Override
    public ModelBuilder builder() {
        return builder;
    }

    @Override
    public int textWidth() {
        return config.textWidth();
    }

    @Override
    public FlowSession open(Arena arena, FlowText text, int height, int width) {
        Places places = places(arena, text, height, width);
        NDArray refined;
        try (Arena reading = arena.child()) {
            NDArray rows = captionRows(reading, text, 0).get(0);
            refined = arena.adopt(contextRefiner.forward(reading, rows, stream(places.caption()), Tape.none(), 0));
        }
        return (step, latents, times) -> {
            try (Arena inner = step.child()) {
                return step.adopt(predicted(inner, latents, times, places, refined));
            }
        };
    }

    private NDArray predicted(Arena arena, NDArray latents, List<Double> times, Places places, NDArray caption) {
        NDArray c = timeEmbedding(arena, times, 0).get(0);
        NDArray x = noiseRefiner.forward(
                arena,
                pictureRows(arena, latents, places, 0).get(0),
                new ZImageBlocks.Stream(places.picture(), c, null),
                Tape.none(),
                0);
        NDArray joined = joined(arena, x, caption, places);
        x.close();
        NDArray y = layers.forward(arena, joined, new ZImageBlocks.Stream(places.joined(), c, null), Tape.none(), 0);
        return velocity(arena, y, c, latents, places, 0).get(0);
    }

    @Override
    public FlowPass forward(Arena step, NDArray latents, List<Double> times, FlowText text, long keep, long seed) {
        return ZImagePass.run(this, step, latents, times, text, keep, seed);
    }

    /**
     * Where the rows of a batch stand.
     *
     * @param count of a picture's own rows
     * @param filling rows behind them
     * @param pictureRows of each picture, filled up
     * @param captionRows of each caption, filled up
     */
    @SuppressWarnings("ArrayRecordComponent") // handed to kernels, never compared
    record Places(
            int count,
            int filling,
            long[] pictureRows,
            long[] captionRows,
            Structure picture,
            Structure caption,
            Structure joined) {}

    Places places(Arena arena, FlowText text, int height, int width) {
        int rows = height / ZImageConfig.PATCH;
        int columns = width / ZImageConfig.PATCH;
        int filling = ZImageConfig.filling(rows * columns);
        List<List<int[]>> captionPlaces = new ArrayList<>();
        List<List<int[]>> picturePlaces = new ArrayList<>();
        for (int length : text.lengths()) {
            int whole = length + ZImageConfig.filling(length);
            captionPlaces.add(tokens(whole));
            picturePlaces.add(grid(whole + 1, rows, columns, filling));
        }
        StreamLayout picture = new StreamLayout(picturePlaces);
        StreamLayout caption = new StreamLayout(captionPlaces);
        return new Places(
                rows * columns,
                filling,
                picture.lengths(),
                caption.lengths(),
                laid(arena, picture),
                laid(arena, caption),
                laid(arena, StreamLayout.joined(picture, caption)));
    }

    private static List<int[]> tokens(int count) {
        List<int[]> places = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            places.add(new int[] {1 + i, 0, 0});
        }
        return places;
    }

    private static List<int[]> grid(int frame, int rows, int columns, int filling) {
        List<int[]> places = new ArrayList<>();
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < columns; x++) {
                places.add(new int[] {frame, y, x});
            }
        }
        for (int i = 0; i < filling; i++) {
            places.add(new int[] {0, 0, 0});
        }
        return places;
    }

    private Structure laid(Arena arena, StreamLayout layout) {
        return layout.rows(arena, compute().deviceName(), config.axes(), config.theta(), true);
    }

    /** The time's embedding [B, width], then what the backward pass needs. Times run from noise, 0, to picture, 1. */
    List<NDArray> timeEmbedding(Arena arena, List<Double> times, long seed) {
        float[] told = new float[times.size()];
        for (int i = 0; i < told.length; i++) {
            told[i] = (1000f - times.get(i).floatValue()) / 1000f * (float) config.scale();
        }
        return List.of(Kernels.get()
                .call(
                        arena,
                        "flow_time_forward",
                        arena.floats(told, told.length),
                        time.block(),
                        Seeds.mix(seed, -1),
                        ZImageNames.TIME_WIDTH));
    }

    List<NDArray> pictureRows(Arena arena, NDArray latents, Places places, long seed) {
        return List.of(Kernels.get()
                .call(
                        arena,
                        "picture_rows_forward",
                        latents,
                        pictures.block(),
                        Seeds.mix(seed, -2),
                        ZImageConfig.PATCH,
                        places.filling()));
    }

    List<NDArray> captionRows(Arena arena, FlowText text, long seed) {
        return List.of(Kernels.get()
                .call(
                        arena,
                        "caption_rows_forward",
                        text.states(),
                        captions.block(),
                        Seeds.mix(seed, -3),
                        config.epsilon(),
                        lengths(text),
                        fillings(text)));
    }

    static long[] lengths(FlowText text) {
        return text.lengths().stream().mapToLong(Integer::longValue).toArray();
    }

    static long[] fillings(FlowText text) {
        return text.lengths().stream().mapToLong(ZImageConfig::filling).toArray();
    }

    /** What the blocks of a stream take where the time has no say. */
    ZImageBlocks.Stream stream(Structure rows) {
        return new ZImageBlocks.Stream(rows, builder.none(), null);
    }

    static NDArray joined(Arena arena, NDArray picture, NDArray caption, Places places) {
        return Kernels.get().one(arena, "joined_streams", picture, caption, places.pictureRows(), places.captionRows());
    }

    List<NDArray> velocity(Arena arena, NDArray y, NDArray c, NDArray latents, Places places, long seed) {
        return List.of(Kernels.get()
                .call(
                        arena,
                        "velocity_forward",
                        y,
                        last.block(),
                        Seeds.mix(seed, -4),
                        c,
                        places.joined(),
                        places.count(),
                        latents.getShape().getShape(),
                        ZImageConfig.PATCH));
    }
}
