package org.moslora.diffusion.mmdit;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.moslora.layers.Arena;
import org.moslora.layers.OtherTensor;
import org.moslora.layers.block.Context;
import org.moslora.layers.block.KernelBlock;
import org.moslora.layers.block.ModelBuilder;

/** Makes the blocks of a transformer in the order in which they run: a start, those of two streams, of one, an end. */
final class MmditBlocks {
    private final ModelBuilder builder;
    private final MmditConfig config;

    private MmditBlocks(ModelBuilder builder, MmditConfig config) {
        this.builder = builder;
        this.config = config;
    }

    static List<KernelBlock<MmditPass>> of(ModelBuilder builder, MmditConfig config) {
        MmditBlocks makes = new MmditBlocks(builder, config);
        List<KernelBlock<MmditPass>> all = new ArrayList<>();
        all.add(makes.start());
        for (int i = 0; i < config.doubles(); i++) {
            all.add(makes.doubled(i));
        }
        for (int i = 0; i < config.singles(); i++) {
            all.add(makes.single(MmditNames.single(i)));
        }
        all.add(makes.end());
        return all;
    }

    /**
     * What kernels take from a pass and give to it.
     *
     * @param shared the last arguments of both kernels
     * @param wanted what the backward kernel takes besides: whether the second gradient that it gives is wanted
     * @param takes that gradient
     */
    private record Beside(Function<MmditPass, List<?>> shared, Function<MmditPass, Boolean> wanted, Taking takes)
            implements Context<MmditPass> {
        @FunctionalInterface
        interface Taking {
            void of(Arena arena, MmditPass pass, NDArray gradient);
        }

        @Override
        public List<?> arguments(MmditPass pass, NDArray x) {
            return shared.apply(pass);
        }

        @Override
        public List<?> backwardArguments(MmditPass pass, NDArray dy) {
            List<Object> all = new ArrayList<>(shared.apply(pass));
            all.add(wanted.apply(pass));
            return all;
        }

        @Override
        public void takes(Arena arena, MmditPass pass, NDArray[] gradients, boolean need) {
            takes.of(arena, pass, gradients[1]);
        }
    }

    private KernelBlock<MmditPass> start() {
        NDArray positions = config.side() > 0 ? builder.buffer(MmditNames.POSITIONS) : builder.none();
        return builder.block(
                "streams_start",
                builder.tensors(List.of(), builder.linear(MmditNames.places(config)), builder.linear(MmditNames.TEXT)),
                List.of(),
                new Beside(
                        pass -> List.of(pass.text(), positions),
                        MmditPass::wantsText,
                        (arena, pass, gradient) -> pass.setTextGradient(gradient)));
    }

    private KernelBlock<MmditPass> doubled(int number) {
        String path = MmditNames.doubled(number);
        String attention = path + "attn.";
        boolean last = config.ends(number);
        String second = config.dual().contains(number) ? path + "attn2." : null;
        List<OtherTensor> norms = new ArrayList<>(
                headNorms(attention, config.headNorms(), "norm_q", "norm_k", "norm_added_q", "norm_added_k"));
        norms.addAll(headNorms(path + "attn2.", config.headNorms() && second != null, "norm_q", "norm_k"));
        return builder.block(
                "joint",
                builder.tensors(
                        norms,
                        builder.linear(path + "norm1.linear"),
                        builder.linear(path + "norm1_context.linear"),
                        builder.linear(attention + "to_q"),
                        builder.linear(attention + "to_k"),
                        builder.linear(attention + "to_v"),
                        builder.linear(attention + "add_q_proj"),
                        builder.linear(attention + "add_k_proj"),
                        builder.linear(attention + "add_v_proj"),
                        builder.linear(attention + "to_out.0"),
                        builder.optional(last ? null : attention + "to_add_out"),
                        builder.linear(path + "ff.net.0.proj"),
                        builder.linear(path + "ff.net.2"),
                        builder.optional(last ? null : path + "ff_context.net.0.proj"),
                        builder.optional(last ? null : path + "ff_context.net.2"),
                        builder.optional(second == null ? null : second + "to_q"),
                        builder.optional(second == null ? null : second + "to_k"),
                        builder.optional(second == null ? null : second + "to_v"),
                        builder.optional(second == null ? null : second + "to_out.0")),
                List.of(config.heads()),
                timed(pass -> List.of(pass.time(), pass.words(), pass.cosines(), pass.sines())));
    }

    private List<OtherTensor> headNorms(String path, boolean there, String... leaves) {
        List<OtherTensor> norms = new ArrayList<>();
        for (String leaf : leaves) {
            norms.add(there ? builder.tensor(path + leaf + ".weight") : builder.absent());
        }
        return norms;
    }

    private KernelBlock<MmditPass> single(String path) {
        return builder.block(
                "single",
                builder.tensors(
                        headNorms(path + "attn.", config.headNorms(), "norm_q", "norm_k"),
                        builder.linear(path + "norm.linear"),
                        builder.linear(path + "attn.to_q"),
                        builder.linear(path + "attn.to_k"),
                        builder.linear(path + "attn.to_v"),
                        builder.linear(path + "proj_mlp"),
                        builder.linear(path + "proj_out")),
                List.of(config.heads()),
                timed(pass -> List.of(pass.time(), pass.cosines(), pass.sines())));
    }

    private KernelBlock<MmditPass> end() {
        return builder.block(
                "streams_end",
                builder.tensors(List.of(), builder.linear(MmditNames.END_NORM), builder.linear(MmditNames.END)),
                List.of(!config.flux()),
                timed(pass -> List.of(pass.time(), pass.words(), pass.size())));
    }

    private static Beside timed(Function<MmditPass, List<?>> shared) {
        return new Beside(
                shared, MmditPass::wantsTime, (arena, pass, gradient) -> pass.addTimeGradient(arena, gradient));
    }
}
