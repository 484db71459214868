package org.moslora.qwen;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.moslora.examples.image.PictureInput;
import org.moslora.layers.Arena;
import org.moslora.layers.BlockTensors;
import org.moslora.layers.Kernels;
import org.moslora.layers.OtherTensor;
import org.moslora.layers.Seeds;
import org.moslora.layers.block.ModelBuilder;
import org.moslora.multimodal.Connected;
import org.moslora.multimodal.Connector;

/** The merger and, beside it, those whose tokens are added deep in the decoder: of each a part of the columns. */
final class QwenMergers implements Connector {
    private final QwenConfig config;
    private final List<BlockTensors> mergers = new ArrayList<>();

    QwenMergers(ModelBuilder builder, QwenConfig config) {
        this.config = config;
        mergers.add(merger(builder, QwenNames.MERGER));
        for (int i = 0; i < config.vision().deep().size(); i++) {
            mergers.add(merger(builder, QwenNames.deepMerger(i)));
        }
    }

    private BlockTensors merger(ModelBuilder builder, String path) {
        QwenNames names = config.spelling();
        OtherTensor weight = builder.tensor(names.mergerNorm(path) + ".weight");
        OtherTensor bias =
                config.vision().gated() ? builder.absent() : builder.tensor(names.mergerNorm(path) + ".bias");
        return builder.tensors(
                List.of(weight, bias), builder.linear(names.mergerIn(path)), builder.linear(names.mergerOut(path)));
    }

    @Override
    public boolean learns() {
        return mergers.stream().anyMatch(BlockTensors::learns);
    }

    /** features [patches, width · mergers] to [tokens, hidden · mergers]. */
    @Override
    public Connected forward(Arena arena, NDArray features, List<PictureInput> pictures, long seed) {
        NDArray[] parts = Kernels.get().call(arena, "column_parts", features, mergers.size());
        List<NDArray> tokens = new ArrayList<>();
        List<NDArray> saved = new ArrayList<>();
        for (int i = 0; i < parts.length; i++) {
            NDArray[] made = Kernels.get()
                    .call(
                            arena,
                            "merger_forward",
                            parts[i],
                            mergers.get(i).block(),
                            Seeds.mix(seed, i),
                            QwenVision.EPSILON,
                            rows(),
                            i > 0);
            tokens.add(made[0]);
            saved.add(made.length == 2 ? made[1] : arena.none()); // what came before a gain is computed again
        }
        return new Connected(Kernels.get().joined(arena, tokens, 1), saved);
    }

    private static List<NDArray> kept(Connected made, int merger) {
        NDArray saved = made.saved().get(merger);
        return saved.size() == 0 ? List.of() : List.of(saved);
    }

    private long rows() {
        return (long) config.vision().merge() * config.vision().merge();
    }

    @Override
    public NDArray backward(
            Arena arena,
            NDArray dy,
            NDArray features,
            Connected made,
            List<PictureInput> pictures,
            long seed,
            boolean need) {
        NDArray[] parts = Kernels.get().call(arena, "column_parts", features, mergers.size());
        NDArray[] given = Kernels.get().call(arena, "column_parts", dy, mergers.size());
        List<NDArray> gradients = new ArrayList<>();
        for (int i = 0; i < parts.length; i++) {
            if (need || mergers.get(i).learns()) {
                gradients.add(Kernels.get()
                        .one(
                                arena,
                                "merger_backward",
                                given[i],
                                parts[i],
                                kept(made, i),
                                mergers.get(i).block(),
                                Seeds.mix(seed, i),
                                need,
                                QwenVision.EPSILON,
                                rows(),
                                i > 0));
            }
        }
        return need ? Kernels.get().joined(arena, gradients, 1) : arena.none();
    }
}
