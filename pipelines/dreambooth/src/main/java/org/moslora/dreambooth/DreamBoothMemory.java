package org.moslora.dreambooth;

import ai.djl.Device;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.moslora.diffusion.autoencoder.AutoencoderConfig;
import org.moslora.diffusion.folder.Component;
import org.moslora.diffusion.folder.ImageModelFiles;
import org.moslora.diffusion.folder.Sites;
import org.moslora.generation.image.PictureCost;
import org.moslora.generation.image.PictureTraits;
import org.moslora.generation.image.StepCost;
import org.moslora.layers.AvailableMemory;
import org.moslora.layers.Site;
import org.moslora.layers.quantised.Quantisation;
import org.moslora.problems.Problems;
import org.moslora.tensors.Packed;
import org.moslora.tensors.WeightSource;
import org.moslora.training.RunEstimate;

/** What a training will roughly take, by the sizes of the model's layers. */
final class DreamBoothMemory {
    private static final int FLOAT = 4;
    /** What the names of a block's weights begin with, such as {@code transformer_blocks.12.}. */
    private static final Pattern BLOCK = Pattern.compile("[a-z_]+\\.\\d+\\.");
    /** Value, gradient, two moments, and the folded pair. */
    private static final int COPIES = 5;
    /** What a process holds before it has a model: Java, libtorch, their code. Measured. */
    private static final long OWN = 300_000_000;

    private DreamBoothMemory() {}

    static RunEstimate of(DreamBoothRecipe recipe, Sources sources) {
        Collection<Site> sites = Sites.of(sources.model().files()).values();
        return new RunEstimate(
                weights(recipe, sources.model().files()),
                trained(recipe, sources, sites) * COPIES * FLOAT,
                activations(recipe, sources, sites),
                recipe.training().steps(sources.subjects().stepsPerRound()));
    }

    /** Of a step, with what the process itself takes where that is in the same memory. */
    private static long activations(DreamBoothRecipe recipe, Sources sources, Collection<Site> sites) {
        long coding = recipe.framing().fixed()
                ? 0 // pictures were encoded before
                : coding(sources.model().files().autoencoder(), recipe.resolution());
        return step(recipe, sources, sites) + coding + (recipe.device().equals("cpu") ? OWN : 0);
    }

    private static long step(DreamBoothRecipe recipe, Sources sources, Collection<Site> sites) {
        int bytes = recipe.training().precision().bytes();
        PictureTraits traits = sources.model().traits();
        StepCost cost = sources.model().stepCost();
        long rows = (long) recipe.training().batchSize() * (recipe.prior() == null ? 1 : 2);
        if (cost != null) {
            long side = recipe.resolution() / traits.multiple();
            long text = cost.textRows(recipe.textLength(sources.model()));
            return cost.bytes(
                    rows * text, rows * side * side, bytes, recipe.training().kept());
        }
        long side = recipe.resolution() / traits.space().factor();
        double inside = PictureCost.SLACK * rows * side * side * bytes * UNetWidths.sum(sites);
        return (long) Math.min(inside, (double) recipe.training().kept());
    }

    /** Pictures are encoded one by one, in fp32: at the widest level three times what comes in and what goes out. */
    private static long coding(AutoencoderConfig autoencoder, int side) {
        List<Integer> widths = autoencoder.channels();
        long places = (long) side * side;
        long most = 0;
        for (int i = 0; i < widths.size(); i++) {
            int below = widths.get(Math.min(i + 1, widths.size() - 1));
            most = Math.max(most, FLOAT * places * 3 * (below + widths.get(i)));
            places /= 4;
        }
        return most;
    }

    /** Of what is there while the run learns: encoders that are not asked again were let go before. */
    private static long weights(DreamBoothRecipe recipe, ImageModelFiles files) {
        int bytes = recipe.training().precision().bytes();
        Set<String> held =
                recipe.training().quantize() == Quantisation.NONE ? Set.of() : Set.copyOf(files.denoiserLinears());
        long sum = 0;
        for (Map.Entry<Component, WeightSource> part : files.weights().entrySet()) {
            if (part.getKey() == files.denoiser()) {
                sum += held(part.getValue(), held, recipe.training().quantize(), bytes);
                sum -= offloaded(recipe, files);
            } else if (part.getKey().isText() && (recipe.captions().endless() || recipe.textEncoder() != null)) {
                sum += part.getValue().elements() * bytes;
            } else if (part.getKey() == Component.AUTOENCODER
                    && !recipe.framing().fixed()) {
                sum += part.getValue().elements() * FLOAT;
            }
        }
        return sum;
    }

    /** What of the denoiser's blocks is elsewhere while others run. */
    private static long offloaded(DreamBoothRecipe recipe, ImageModelFiles files) {
        List<String> linears = files.denoiserLinears();
        long blocks = linears.stream()
                .map(BLOCK::matcher)
                .filter(Matcher::lookingAt)
                .map(Matcher::group)
                .distinct()
                .count();
        return recipe.training().offloaded(files.weights(files.denoiser()), linears, blocks, recipe.device());
    }

    private static long held(WeightSource source, Set<String> quantised, Quantisation form, int bytes) {
        long sum = 0;
        for (String name : source.names()) {
            Packed packed = source.packed(name).orElse(null);
            long entries = source.info(name).elements();
            sum += packed != null
                    ? packed.bytes()
                    : quantised.contains(name) ? (long) (entries * form.bytesEach()) : entries * bytes;
        }
        return sum;
    }

    /** Of the text encoders, which have their turn before. */
    private static long before(DreamBoothRecipe recipe, ImageModelFiles files) {
        long entries = files.weights().entrySet().stream()
                .filter(part -> part.getKey().isText())
                .mapToLong(part -> part.getValue().elements())
                .sum();
        return entries * recipe.training().precision().bytes();
    }

    /** What people are told of it. */
    static String told(RunEstimate estimate, DreamBoothRecipe recipe, Sources sources, Device device) {
        long available = AvailableMemory.on(device);
        long before = before(recipe, sources.model().files());
        return String.format(
                Locale.ROOT,
                "memory%s: about %s while it learns (weights %s, trained %s, activations %s), before that %s for the text"
                        + " encoders; %s available%s",
                device.isGpu() ? " of cuda:" + device.getDeviceId() : "",
                AvailableMemory.readable(estimate.bytes()),
                AvailableMemory.readable(estimate.weights()),
                AvailableMemory.readable(estimate.trained()),
                AvailableMemory.readable(estimate.activations()),
                AvailableMemory.readable(before),
                available == Long.MAX_VALUE ? "an unknown size" : AvailableMemory.readable(available),
                Math.max(before, estimate.bytes()) > available
                        ? "; this may not fit: try precision bf16, gradient_checkpointing, quantize nf4 or"
                                + " weights_keep_gib, a lower resolution"
                        : "");
    }

    /** Entries of the UNet's adapter, or of the UNet where that is trained whole. */
    private static long trained(DreamBoothRecipe recipe, Sources sources, Collection<Site> sites) {
        if (recipe.adapter().isFull()) {
            ImageModelFiles files = sources.model().files();
            return files.weights(files.denoiser()).elements();
        }
        long rank = recipe.adapter().spec().rank();
        List<String> paths = sites.stream().map(Site::path).toList();
        Set<String> chosen =
                recipe.adapter().targetsOr(sources.model().targets()).choose(paths, new Problems());
        return sites.stream()
                .filter(site -> chosen.contains(site.path()))
                .mapToLong(site -> rank * (site.inputs() + site.outputs()))
                .sum();
    }
}
