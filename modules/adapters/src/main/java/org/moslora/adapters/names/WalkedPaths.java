package org.moslora.adapters.names;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The layers of a UNet or text encoder in the order in which PyTorch walks them: blocks downwards, upwards, and the middle
 * last, which diffusers makes last; of each block attentions before resnets.
 */
public final class WalkedPaths {
    /** What training scripts name the parents of layers by. */
    public static final Set<String> PARENTS =
            Set.of("CrossAttention", "Attention", "GEGLU", "ResnetBlock2D", "CLIPAttention");

    private static final Pattern BLOCK = Pattern.compile(
            "unet\\.(down_blocks|up_blocks|mid_block)\\.(?:(\\d+)\\.)?(attentions|resnets)\\.(\\d+)\\.(.*)");
    private static final Pattern TRANSFORMER = Pattern.compile("transformer_blocks\\.(\\d+)\\..*");
    private static final List<String> SIDES = List.of("down_blocks", "up_blocks", "mid_block");
    private static final List<String> ATTENTION = List.of("to_q", "to_k", "to_v", "to_out.0");
    private static final List<String> RESNET = List.of("conv1", "time_emb_proj", "conv2", "conv_shortcut");
    private static final List<String> ENCODER = List.of("k_proj", "v_proj", "q_proj", "out_proj");

    private WalkedPaths() {}

    /** One place where layers are: an attention's or a resnet's path, and the numbers that order it. */
    private record Place(String path, int side, int level, int part, int number) {
        private static final Comparator<Place> ORDER = Comparator.comparingInt(Place::side)
                .thenComparingInt(Place::level)
                .thenComparingInt(Place::part)
                .thenComparingInt(Place::number);
    }

    /**
     * The UNet's layers.
     *
     * @param paths all linears and convolutions of the model
     * @param parents which of {@link #PARENTS} have an adapter
     * @param gateFirst whether the feed-forward's gate stands before the second attention, as it did in diffusers once
     */
    public static List<String> unet(Collection<String> paths, Set<String> parents, boolean gateFirst) {
        Set<String> there = new HashSet<>(paths);
        boolean attention = parents.contains("CrossAttention") || parents.contains("Attention");
        List<String> walked = new ArrayList<>();
        for (Place place : places(paths)) {
            if (place.part() == 1 && parents.contains("ResnetBlock2D")) {
                RESNET.forEach(leaf -> walked.add(place.path() + leaf));
            }
            for (String block : place.part() == 1 ? new TreeSet<String>() : transformers(paths, place.path())) {
                Stream<String> first = attention ? leaves(block + "attn1.") : Stream.of();
                Stream<String> second = attention ? leaves(block + "attn2.") : Stream.of();
                Stream<String> gate = parents.contains("GEGLU") ? Stream.of(block + "ff.net.0.proj") : Stream.of();
                first.forEach(walked::add);
                Stream.concat(gateFirst ? gate : second, gateFirst ? second : gate)
                        .forEach(walked::add);
            }
        }
        walked.removeIf(path -> !there.contains(path));
        return walked;
    }

    private static Stream<String> leaves(String attention) {
        return ATTENTION.stream().map(leaf -> attention + leaf);
    }

    private static List<Place> places(Collection<String> paths) {
        Set<Place> places = new LinkedHashSet<>();
        for (String path : paths) {
            Matcher match = BLOCK.matcher(path);
            if (match.matches()) {
                String own = path.substring(0, path.length() - match.group(5).length());
                int level = match.group(2) == null ? 0 : Integer.parseInt(match.group(2));
                int part = match.group(3).equals("attentions") ? 0 : 1;
                places.add(
                        new Place(own, SIDES.indexOf(match.group(1)), level, part, Integer.parseInt(match.group(4))));
            }
        }
        return places.stream().sorted(Place.ORDER).toList();
    }

    /** The transformer blocks of an attention, by their numbers. */
    private static Collection<String> transformers(Collection<String> paths, String attention) {
        TreeSet<Integer> numbers = new TreeSet<>();
        for (String path : paths) {
            Matcher match = path.startsWith(attention) ? TRANSFORMER.matcher(path.substring(attention.length())) : null;
            if (match != null && match.matches()) {
                numbers.add(Integer.valueOf(match.group(1)));
            }
        }
        return numbers.stream()
                .map(number -> attention + "transformer_blocks." + number + ".")
                .toList();
    }

    /** A text encoder's attention layers, of so many blocks. */
    public static List<String> encoder(int blocks) {
        List<String> walked = new ArrayList<>();
        for (int block = 0; block < blocks; block++) {
            for (String leaf : ENCODER) {
                walked.add(Components.TEXT + "text_model.encoder.layers." + block + ".self_attn." + leaf);
            }
        }
        return walked;
    }

    /** The attention layers and gates of a Stable Diffusion 1 or 2 UNet, in no order. */
    public static List<String> usual() {
        List<String> paths = new ArrayList<>();
        for (int level = 0; level < 3; level++) {
            for (int layer = 0; layer < 3; layer++) {
                if (layer < 2) {
                    block(paths, "down_blocks." + level + ".attentions." + layer);
                }
                block(paths, "up_blocks." + (level + 1) + ".attentions." + layer);
            }
        }
        block(paths, "mid_block.attentions.0");
        return paths;
    }

    private static void block(List<String> paths, String attention) {
        String block = Components.UNET + attention + ".transformer_blocks.0.";
        leaves(block + "attn1.").forEach(paths::add);
        leaves(block + "attn2.").forEach(paths::add);
        paths.add(block + "ff.net.0.proj");
    }
}
