package org.moslora.adapters.names;

import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many layers each resolution of a UNet has, which latent diffusion's block numbers depend on. Read from a model's
 * paths, else guessed from an adapter's keys.
 *
 * @param down resnets of each resolution on the way down; what is absent has {@code usual}
 * @param up resnets of each resolution on the way up; what is absent has one more than {@code usual}
 * @param attending resolutions with attention on the way up; empty if unknown
 * @param usual layers of a resolution on the way down
 * @param guessed whether this is what most models have and not what one has
 */
public record BlockLayout(
        SortedMap<Integer, Integer> down,
        SortedMap<Integer, Integer> up,
        SortedSet<Integer> attending,
        int usual,
        boolean guessed) {
    /** Stable Diffusion's own number. */
    private static final int USUAL = 2;

    private static final Pattern BLOCK = Pattern.compile(
            "(?:unet\\.)?(down_blocks|up_blocks)\\.(\\d{1,3})\\.(resnets|attentions)\\.(\\d{1,3})\\..*");
    private static final Pattern LATENT = Pattern.compile("\\w+?_(input|output)_blocks_(\\d{1,3})_(\\d)_(.*)");
    /** What else is tried where Stable Diffusion's number cannot be. */
    private static final List<Integer> CANDIDATES = List.of(1, 3, 4, 5, 6, 7, 8);

    /** A place on one way: which resolution, and which layer of it. */
    record Place(int level, int layer) {}

    /** The layout of a model with these paths, with or without {@code unet.} in front. */
    public static BlockLayout of(Collection<String> paths) {
        SortedMap<Integer, Integer> down = new TreeMap<>();
        SortedMap<Integer, Integer> up = new TreeMap<>();
        SortedSet<Integer> attending = new TreeSet<>();
        for (String path : paths) {
            Matcher block = BLOCK.matcher(path);
            if (block.matches()) {
                boolean isDown = block.group(1).equals("down_blocks");
                int level = Integer.parseInt(block.group(2));
                int layers = Integer.parseInt(block.group(4)) + 1;
                (isDown ? down : up).merge(level, layers, Math::max);
                if (!isDown && block.group(3).equals("attentions")) {
                    attending.add(level);
                }
            }
        }
        return new BlockLayout(down, up, attending, USUAL, false);
    }

    /**
     * The layout that an adapter's layers or keys let expect: Stable Diffusion's own, unless a number contradicts it.
     * Then the nearest that none does.
     */
    public static BlockLayout guess(Collection<String> pathsOrKeys) {
        BlockLayout seen = of(pathsOrKeys);
        int down = seen.down.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        int up = seen.up.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        int least = Math.max(1, Math.max(down, up - 1));
        boolean whole = down > 0 && up == down + 1;
        int usual = whole ? down : Math.max(least, USUAL);
        for (int i = 0; contradicts(pathsOrKeys, usual) && i < CANDIDATES.size(); i++) {
            usual = Math.max(least, CANDIDATES.get(i));
        }
        return new BlockLayout(new TreeMap<>(), new TreeMap<>(), seen.attending, usual, true);
    }

    /**
     * Whether a number cannot be with so many layers a resolution: on the way down every block after so many halves the
     * picture and does nothing else, on the way up the last of each one more doubles it.
     */
    private static boolean contradicts(Collection<String> keys, int layers) {
        for (String key : keys) {
            Matcher latent = LATENT.matcher(key);
            if (!latent.matches() || key.contains("input_blocks_0_")) {
                continue;
            }
            int block = Integer.parseInt(latent.group(2));
            boolean last = (latent.group(1).equals("input") ? block : block + 1) % (layers + 1) == 0;
            boolean halves = latent.group(4).startsWith("op.");
            boolean doubles = !latent.group(3).equals("0") && latent.group(4).startsWith("conv.");
            if (latent.group(1).equals("input") ? halves != last : doubles && !last) {
                return true;
            }
        }
        return false;
    }

    /** Resnets of a resolution. */
    int layers(boolean isDown, int level) {
        return isDown ? down.getOrDefault(level, usual) : up.getOrDefault(level, usual + 1);
    }

    /** Number of a resolution's first block. On the way down block 0 is the first convolution, and each ends in one. */
    int first(boolean isDown, int level) {
        int first = isDown ? 1 : 0;
        for (int i = 0; i < level; i++) {
            first += layers(isDown, i) + (isDown ? 1 : 0);
        }
        return first;
    }

    /** Which layer a block is. The one after a resolution's last layer on the way down halves the picture. */
    Place place(boolean isDown, int block) {
        int level = 0;
        while (block >= first(isDown, level + 1)) {
            level++;
        }
        return new Place(level, block - first(isDown, level));
    }

    /** Whether a resolution has attention on the way up; of SDXL's the coarser ones do. */
    boolean attendsUp(int level) {
        return attending.isEmpty() ? level < USUAL : attending.contains(level);
    }
}
