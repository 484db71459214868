package org.moslora.generation.image;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.diffusion.folder.GeneratorFamily;
import org.moslora.diffusion.folder.MmditFiles;
import org.moslora.diffusion.folder.PipelineSource;
import org.moslora.diffusion.mmdit.MmditConfig;
import org.moslora.diffusion.schedule.FlowSchedule;
import org.moslora.layers.Compute;
import org.moslora.layers.Linears;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.problems.Problems;

/** A Stable Diffusion 3 or FLUX.1 with its tokenizers and its noise schedule, checked and not loaded. */
final class MmditModel implements ImageModel {
    /** All attention of both streams. */
    private static final List<String> ATTENTION = List.of(
            "attn.add_k_proj",
            "attn.add_q_proj",
            "attn.add_v_proj",
            "attn.to_add_out",
            "attn.to_k",
            "attn.to_out.0",
            "attn.to_q",
            "attn.to_v");
    /** Those, and both feed-forwards of the blocks of two streams. */
    private static final List<String> WITH_FORWARD = List.of(
            "attn.add_k_proj",
            "attn.add_q_proj",
            "attn.add_v_proj",
            "attn.to_add_out",
            "attn.to_k",
            "attn.to_out.0",
            "attn.to_q",
            "attn.to_v",
            "ff.net.0.proj",
            "ff.net.2",
            "ff_context.net.0.proj",
            "ff_context.net.2");

    private final Path named;
    private final MmditFiles files;
    private final MmditTokens tokens;
    private final FlowSchedule schedule;

    private MmditModel(Path named, MmditFiles files, MmditTokens tokens, FlowSchedule schedule) {
        this.named = named;
        this.files = files;
        this.tokens = tokens;
        this.schedule = schedule;
    }

    /**
     * Opens a diffusers folder.
     *
     * @param tokenizer must be null: there are several, and they lie in the folder
     * @param messages gets remarks for the user
     * @throws InvalidInput with everything that is wrong with the files
     */
    static MmditModel open(PipelineSource source, GeneratorFamily family, @Nullable Path tokenizer, Messages messages) {
        Path path = source.folder();
        MmditFiles files = MmditFiles.open(source, family);
        Problems problems = new Problems();
        FlowSchedule schedule = problems.collect(() -> MmditTraits.schedule(path, files.transformer()));
        MmditTokens tokens = problems.collect(() -> MmditTokens.open(files, tokenizer, messages));
        if (schedule == null || tokens == null) {
            files.close();
            throw problems.thrown();
        }
        return new MmditModel(source.named(), files, tokens, schedule);
    }

    @Override
    public MmditFiles files() {
        return files;
    }

    @Override
    public PictureTraits traits() {
        return MmditTraits.of(named, files.transformer(), files.autoencoder(), files.clips(), schedule);
    }

    @Override
    public StepCost stepCost() {
        MmditConfig transformer = files.transformer();
        long width = transformer.width();
        int clip = transformer.flux() ? 0 : files.clips().get(0).positions();
        return new StepCost(
                List.of(
                        new StepCost.Blocks(transformer.doubles(), StepCost.Stream.JOINT, width, 9 * width),
                        new StepCost.Blocks(transformer.dual().size(), StepCost.Stream.PICTURE, 0, 4 * width),
                        new StepCost.Blocks(transformer.singles(), StepCost.Stream.JOINT, width, 8 * width)),
                1,
                clip);
    }

    @Override
    public List<String> targets() {
        return files.transformer().flux() ? WITH_FORWARD : ATTENTION;
    }

    @Override
    public TrainableDenoiser denoiser(Linears linears, Compute compute) {
        return new MmditDenoiser(files.buildTransformer(linears, compute));
    }

    @Override
    public LoadedTexts texts(Linears linears, Compute compute) {
        return new MmditTexts(
                files.transformer(), files.buildClips(linears, compute), files.buildT5(compute), tokens, compute);
    }

    @Override
    public void close() {
        tokens.close();
        files.close();
    }
}
