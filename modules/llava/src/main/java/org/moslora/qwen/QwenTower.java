package org.moslora.qwen;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.moslora.examples.image.PictureInput;
import org.moslora.layers.Arena;
import org.moslora.layers.BlockTensors;
import org.moslora.layers.Kernels;
import org.moslora.layers.OtherTensor;
import org.moslora.layers.Seeds;
import org.moslora.layers.Structure;
import org.moslora.layers.Tape;
import org.moslora.layers.block.BlockList;
import org.moslora.layers.block.KernelBlock;
import org.moslora.layers.block.ModelBuilder;
import org.moslora.multimodal.PictureTower;

/** The tower; its features are the last state and, side by side with it, those that are added deep in the decoder. */
final class QwenTower implements PictureTower {
    private final QwenVision vision;
    private final BlockTensors embedding;
    private final BlockList<TowerPass> blocks;
    private final List<Integer> states = new ArrayList<>();

    QwenTower(ModelBuilder builder, QwenConfig config) {
        this.vision = config.vision();
        this.embedding = builder.tensors(List.of(
                builder.tensor(QwenNames.EMBED),
                config.patchBias() ? builder.tensor(QwenNames.EMBED_BIAS) : builder.absent(),
                vision.places() > 0 ? builder.tensor(QwenNames.PLACES) : builder.absent()));
        List<KernelBlock<TowerPass>> made = new ArrayList<>();
        for (int i = 0; i < vision.depth(); i++) {
            boolean windowed = vision.windowed(i);
            made.add(builder.block(
                    "patch_block",
                    block(builder, config.spelling(), i),
                    List.of(),
                    (pass, x) -> List.of(windowed ? pass.windows() : pass.wholes())));
        }
        this.blocks = new BlockList<>(made, Seeds::mix);
        states.add(vision.depth());
        vision.deep().forEach(block -> states.add(block + 1));
    }

    private BlockTensors block(ModelBuilder builder, QwenNames names, int i) {
        List<OtherTensor> norms = new ArrayList<>();
        for (String norm : List.of("norm1", "norm2")) {
            norms.add(builder.tensor(QwenNames.block(i) + norm + ".weight"));
            norms.add(vision.gated() ? builder.absent() : builder.tensor(QwenNames.block(i) + norm + ".bias"));
        }
        return builder.tensors(
                norms,
                builder.linear(QwenNames.block(i) + "attn.qkv"),
                builder.linear(QwenNames.block(i) + "attn.proj"),
                builder.linear(names.into(i)),
                builder.linear(names.out(i)),
                builder.optional(vision.gated() ? QwenNames.up(i) : null));
    }

    /**
     * What blocks read besides x.
     *
     * @param wholes rows that see their picture
     * @param windows rows that see their window
     */
    private record TowerPass(Structure wholes, Structure windows) {}

    @Override
    public boolean learns() {
        return embedding.learns() || blocks.learns();
    }

    /** [patches, 3 · side²] */
    @Override
    public NDArray pixels(Arena arena, List<PictureInput> pictures) {
        long rows = pictures.stream()
                .mapToLong(one -> (long) one.height() * one.width())
                .sum();
        long entries = 3L * vision.patch() * vision.patch();
        return arena.stacked(pictures.stream().map(PictureInput::pixels).toList(), rows, entries);
    }

    @Override
    public NDArray forward(Arena arena, NDArray pixels, List<PictureInput> pictures, long seed, Tape tape) {
        PatchLayout layout = new PatchLayout(vision, pictures);
        NDArray[] table = table(arena, layout);
        NDArray x = Kernels.get().one(arena, "patch_embed", pixels, embedding.block(), table[0], table[1]);
        PatchLayout.Windows windows = vision.window() > 0 ? layout.windows() : null;
        if (windows != null) {
            x = reordered(arena, x, windows.order());
        }
        NDArray[] seen = new NDArray[vision.depth() + 1];
        blocks.forward(arena, x, blocks.size(), pass(arena, layout, windows), tape, seed, (i, state) -> {
            seen[i] = state;
            return states.contains(i);
        });
        List<NDArray> chosen = states.stream().map(i -> seen[i]).toList();
        NDArray features = Kernels.get().one(arena, "features", chosen, 1, 0);
        return windows == null ? features : reordered(arena, features, windows.back());
    }

    @Override
    public void backward(
            Arena arena, NDArray features, NDArray pixels, List<PictureInput> pictures, long seed, Tape tape) {
        PatchLayout layout = new PatchLayout(vision, pictures);
        PatchLayout.Windows windows = vision.window() > 0 ? layout.windows() : null;
        NDArray given = windows == null ? features : reordered(arena, features, windows.order());
        NDArray[] parts = Kernels.get().call(arena, "column_parts", given, states.size());
        boolean all = embedding.learns();
        NDArray dx = blocks.backward(
                arena,
                blocks.size(),
                null,
                blocks.lowest(),
                pass(arena, layout, windows),
                tape,
                seed,
                all,
                state -> IntStream.range(0, parts.length)
                        .filter(j -> states.get(j) == state)
                        .mapToObj(j -> parts[j])
                        .toList());
        if (all) {
            NDArray own = Objects.requireNonNull(dx);
            NDArray rows = windows == null ? own : reordered(arena, own, windows.back());
            NDArray[] table = table(arena, layout);
            Kernels.get().call(arena, "patch_embed_back", rows, pixels, embedding.block(), table[0], table[1]);
        }
    }

    private static NDArray reordered(Arena arena, NDArray x, long[] order) {
        return Kernels.get().one(arena, "reordered", x, arena.longs(order));
    }

    /** [places, shares] of the table of positions. */
    private NDArray[] table(Arena arena, PatchLayout layout) {
        if (vision.places() == 0) {
            return new NDArray[] {arena.none(), arena.none()};
        }
        PatchLayout.Read read = layout.table();
        return new NDArray[] {arena.longs(read.places()), arena.floats(read.shares(), read.shares().length / 4, 4)};
    }

    private TowerPass pass(
            Arena arena, PatchLayout layout, PatchLayout.@org.jspecify.annotations.Nullable Windows windows) {
        NDArray lines = arena.longs(layout.lines());
        NDArray columns = arena.longs(layout.columns());
        if (windows != null) {
            lines = reordered(arena, lines, windows.order());
            columns = reordered(arena, columns, windows.order());
        }
        long width = vision.width() / vision.heads();
        NDArray[] angles = Kernels.get().call(arena, "patch_angles", lines, columns, width);
        Structure wholes = grid(arena, angles, layout.wholes());
        return new TowerPass(wholes, windows == null ? wholes : grid(arena, angles, windows.lengths()));
    }

    private Structure grid(Arena arena, NDArray[] angles, long[] lengths) {
        return Kernels.get()
                .structure(
                        arena,
                        "grid",
                        angles[0],
                        angles[1],
                        lengths,
                        vision.heads(),
                        QwenVision.EPSILON,
                        vision.activation());
    }
}
