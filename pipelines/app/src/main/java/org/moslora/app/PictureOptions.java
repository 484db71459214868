package org.moslora.app;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.pictures.AdapterUse;
import org.moslora.pictures.Options;
import org.moslora.problems.Problems;
import picocli.CommandLine.Option;

/** What can be asked of pictures on the command line, read by the same rules as in a file of prompts. */
final class PictureOptions {
    @Option(
            names = "--adapter",
            paramLabel = "A[:scale]",
            description = "An adapter file, folder or run folder; may be given several times.")
    private List<String> adapters = List.of();

    @Option(names = "--negative", paramLabel = "P", description = "What is not to be seen.")
    private @Nullable String negative;

    @Option(names = "--seed", paramLabel = "S", description = "Of the first picture; default 0.")
    private @Nullable String seed;

    @Option(names = "--images", paramLabel = "N", description = "Of every prompt; default 1.")
    private @Nullable String images;

    @Option(names = "--steps", paramLabel = "N", description = "Of the scheduler; default 50.")
    private @Nullable String steps;

    @Option(
            names = "--guidance",
            paramLabel = "G",
            description = "Default 7.5, with Stable Diffusion XL and Z-Image 5, with FLUX.2 4, with Stable"
                    + " Diffusion 3 7; with FLUX.1 what the model is told, default 3.5.")
    private @Nullable String guidance;

    @Option(
            names = "--true-guidance",
            paramLabel = "G",
            description = "With FLUX.1 and a negative prompt: asks for both.")
    private @Nullable String trueGuidance;

    @Option(
            names = "--scheduler",
            paramLabel = "NAME",
            description = "ddim, pndm, euler, euler-a, dpmpp-2m, dpmpp-2m-karras, ddpm or lcm; flow-euler for models of"
                    + " flow matching; default: the model's.")
    private @Nullable String scheduler;

    @Option(names = "--width", paramLabel = "W", description = "Default: the model's.")
    private @Nullable String width;

    @Option(names = "--height", paramLabel = "H", description = "Default: the model's.")
    private @Nullable String height;

    @Option(names = "--image", paramLabel = "FILE", description = "A picture to start from.")
    private @Nullable String image;

    @Option(names = "--strength", paramLabel = "X", description = "How much of it is given up: above 0, at most 1.")
    private @Nullable String strength;

    @Option(names = "--clip-skip", paramLabel = "K", description = "Blocks of the text encoder to leave out.")
    private @Nullable String clipSkip;

    @Option(
            names = "--text-length",
            paramLabel = "N",
            description = "Tokens of a prompt that count; all but Stable Diffusion 1 to XL.")
    private @Nullable String textLength;

    /** @throws org.moslora.problems.InvalidInput with every value that is against its rule */
    Options parsed() {
        Problems problems = new Problems();
        Options all = Options.NONE;
        all = set(all, org.moslora.pictures.Option.NEGATIVE, negative, problems);
        all = set(all, org.moslora.pictures.Option.SEED, seed, problems);
        all = set(all, org.moslora.pictures.Option.IMAGES, images, problems);
        all = set(all, org.moslora.pictures.Option.STEPS, steps, problems);
        all = set(all, org.moslora.pictures.Option.GUIDANCE, guidance, problems);
        all = set(all, org.moslora.pictures.Option.TRUE_GUIDANCE, trueGuidance, problems);
        all = set(all, org.moslora.pictures.Option.SCHEDULER, scheduler, problems);
        all = set(all, org.moslora.pictures.Option.WIDTH, width, problems);
        all = set(all, org.moslora.pictures.Option.HEIGHT, height, problems);
        all = set(all, org.moslora.pictures.Option.IMAGE, image, problems);
        all = set(all, org.moslora.pictures.Option.STRENGTH, strength, problems);
        all = set(all, org.moslora.pictures.Option.CLIP_SKIP, clipSkip, problems);
        all = set(all, org.moslora.pictures.Option.TEXT_LENGTH, textLength, problems);
        Options before = all;
        all = adapters.isEmpty() ? all : problems.collect(() -> withAdapters(before), before);
        problems.throwIfAny();
        return all;
    }

    private Options withAdapters(Options others) {
        List<AdapterUse> uses = adapters.stream()
                .map(text -> AdapterUse.parse("--adapter", text))
                .toList();
        return others.with(org.moslora.pictures.Option.ADAPTERS, uses);
    }

    private static <T> Options set(
            Options all, org.moslora.pictures.Option<T> option, @Nullable String text, Problems problems) {
        return text == null
                ? all
                : problems.collect(() -> all.with(option, option.parse("--" + option.name(), text)), all);
    }
}
