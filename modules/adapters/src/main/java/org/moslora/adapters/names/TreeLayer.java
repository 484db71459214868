package org.moslora.adapters.names;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A layer that every block of a stack has, or that a transformer has once, in its authors' tree and in diffusers.
 *
 * @param stacks of blocks in the tree, alternatives apart by bars; empty for what is there once
 * @param stack the same in diffusers; empty where the names are the same
 * @param leaves its name inside a block in the tree; alternatives that are the same in diffusers
 * @param parts diffusers' names inside a block; empty where they are the leaf
 * @param shares of its rows that each of these has; empty where they have as many
 * @param halves whether its two halves stand the other way round
 */
record TreeLayer(
        String stacks,
        String stack,
        List<String> leaves,
        List<String> parts,
        List<Integer> shares,
        TreePlace.Halves halves) {
    static TreeLayer of(String stacks, String leaf, List<String> parts) {
        return new TreeLayer(stacks, "", List.of(leaf), parts, List.of(), TreePlace.Halves.SAME);
    }

    static TreeLayer block(String theirs, String leaf, String ours, List<String> parts) {
        return new TreeLayer(theirs, ours, List.of(leaf), parts, List.of(), TreePlace.Halves.SAME);
    }

    static TreeLayer renamed(String theirs, String ours, boolean swapped) {
        return new TreeLayer(
                "",
                "",
                List.of(theirs),
                List.of(ours),
                List.of(),
                swapped ? TreePlace.Halves.SWAPPED : TreePlace.Halves.SAME);
    }

    static TreeLayer same(String stacks, List<String> leaves) {
        return new TreeLayer(stacks, "", leaves, List.of(), List.of(), TreePlace.Halves.SAME);
    }

    /** The same layer, its rows shared otherwise. */
    TreeLayer shared(Integer... shares) {
        return new TreeLayer(stacks, stack, leaves, parts, List.of(shares), halves);
    }

    /** The same layer, its halves the other way round where there is no more than those. */
    TreeLayer swappedAlone() {
        return new TreeLayer(stacks, stack, leaves, parts, shares, TreePlace.Halves.SWAPPED_ALONE);
    }

    boolean isRenamed() {
        return !parts.isEmpty();
    }

    boolean isFused() {
        return parts.size() > 1;
    }

    Optional<TreePlace> diffusers(String name, boolean underscores) {
        for (String leaf : leaves) {
            Matcher match = pattern(stacks, leaf, underscores).matcher(name);
            if (match.matches()) {
                String begin =
                        stacks.isEmpty() ? "" : (stack.isEmpty() ? match.group(1) : stack) + "." + match.group(2) + ".";
                String original = stacks.isEmpty() ? leaf : match.group(1) + "." + match.group(2) + "." + leaf;
                List<String> paths = (parts.isEmpty() ? List.of(leaf) : parts)
                        .stream().map(part -> begin + part).toList();
                return Optional.of(
                        shares.isEmpty()
                                ? new TreePlace(original, paths, halves)
                                : new TreePlace(original, paths, shares, halves));
            }
        }
        return Optional.empty();
    }

    Optional<TreePlace> original(String path) {
        String own = stack.isEmpty() ? stacks : stack;
        for (String part : parts) {
            Matcher match = pattern(own, part, false).matcher(path);
            if (match.matches()) {
                String begin = stacks.isEmpty()
                        ? ""
                        : (stack.isEmpty() ? match.group(1) : stacks) + "." + match.group(2) + ".";
                return diffusers(begin + leaves.get(0), false);
            }
        }
        return Optional.empty();
    }

    private static Pattern pattern(String stacks, String leaf, boolean underscores) {
        String dot = underscores ? "_" : "\\.";
        String own = Pattern.quote(underscores ? leaf.replace('.', '_') : leaf);
        return Pattern.compile(stacks.isEmpty() ? own : "(" + stacks + ")" + dot + "(\\d{1,4})" + dot + own);
    }
}
