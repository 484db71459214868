package org.moslora.tensors.keys;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the layout that most names have; among equals the one that comes first in {@link LlavaLayout}. */
final class LayoutVote {
    private LayoutVote() {}

    static Detection of(Collection<String> fileKeys, LlavaKeys keys) {
        Optional<ModelFamily> family = ModelFamily.of(fileKeys);
        if (family.isPresent()) {
            return new Detection.Other(family.get().description());
        }
        List<String> known = fileKeys.stream()
                .filter(key -> !keys.ignores(key) && keys.knows(key))
                .toList();
        if (known.isEmpty()) {
            return new Detection.Other("nothing that is known here");
        }
        // TEXT spells as ORIGINAL does; what tells them apart is whether there is anything but text.
        LlavaLayout excluded =
                known.stream().allMatch(key -> isText(keys.canonical(key))) ? LlavaLayout.ORIGINAL : LlavaLayout.TEXT;
        Map<LlavaLayout, Integer> votes = new EnumMap<>(LlavaLayout.class);
        for (String key : known) {
            String canonical = keys.canonical(key);
            Arrays.stream(LlavaLayout.values())
                    .filter(layout ->
                            layout != excluded && layout.spell(canonical).equals(key))
                    .forEach(layout -> votes.merge(layout, 1, Integer::sum));
        }
        return winner(votes, known.size());
    }

    private static Detection winner(Map<LlavaLayout, Integer> votes, int voters) {
        // Names spelt as in no one layout, such as model.language_model.model.…, are still read; OLD is what we write.
        LlavaLayout best = LlavaLayout.OLD;
        int most = 0;
        for (Map.Entry<LlavaLayout, Integer> entry : votes.entrySet()) {
            if (entry.getValue() > most) {
                best = entry.getKey();
                most = entry.getValue();
            }
        }
        return new Detection.Llava(best, most == voters);
    }

    private static boolean isText(String canonical) {
        return canonical.startsWith("model.language_model") || canonical.startsWith("lm_head");
    }
}
