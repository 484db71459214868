package org.moslora.studio.pages;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.moslora.RecipeDraft;
import org.moslora.compare.Comparison;
import org.moslora.console.html.Html;
import org.moslora.console.recipe.KeyNote;

/** The keys that a recipe of a pipeline may have, and of a kind only those that it looks at. */
final class KeyList {
    /** Blocks of settings that one kind alone looks at. */
    private static final Map<String, String> OF_KIND =
            Map.of("lokr", "adapter.lokr", "adalora", "adapter.adalora", "moe-lora", "adapter.moe");

    private static final Set<String> MIXER = Set.of("moslora", "flora");

    private KeyList() {}

    static Html of(String pipeline, String kind) {
        Html html = new Html();
        if (!RecipeDraft.pipelines().contains(pipeline)) {
            html.element("p", "Those of the recipe's pipeline and kind show here.", "class", "quiet");
            return html;
        }
        Map<String, List<KeyNote>> blocks = new LinkedHashMap<>();
        List<KeyNote> all = new ArrayList<>(RecipeDraft.keys(pipeline));
        all.addAll(Comparison.keys());
        for (KeyNote key : all) {
            if (counts(key.path(), kind) && !key.kind().endsWith("block")) {
                int dot = key.path().lastIndexOf('.');
                String block = dot < 0 ? "" : key.path().substring(0, dot);
                blocks.computeIfAbsent(block, any -> new ArrayList<>()).add(key);
            }
        }
        blocks.forEach((block, keys) -> {
            html.open("details", "class", "keys").element("summary", block.isEmpty() ? "at the top" : block);
            html.open("dl");
            keys.forEach(key -> key(html, key));
            html.close().close();
        });
        return html;
    }

    /** Blocks of other kinds have no effect with this one. */
    private static boolean counts(String path, String kind) {
        boolean foreign = OF_KIND.entrySet().stream()
                .anyMatch(block -> !block.getKey().equals(kind)
                        && (path + ".").contains(block.getValue().substring("adapter".length()) + "."));
        boolean mixes = path.endsWith(".mixer_init") && !kind.isEmpty() && !MIXER.contains(kind);
        return !foreign && !mixes;
    }

    private static void key(Html html, KeyNote key) {
        String name = key.path().substring(key.path().lastIndexOf('.') + 1);
        html.open("dt")
                .open("code")
                .element(
                        "button",
                        name,
                        "type",
                        "button",
                        "class",
                        "key",
                        "data-key",
                        key.path(),
                        "data-value",
                        List.of("required", "optional").contains(key.absent()) ? "" : key.absent());
        html.close().text(" ").element("span", key.absent(), "class", "quiet").close();
        html.element("dd", key.kind() + (key.meaning().isEmpty() ? "" : ". " + key.meaning()));
    }
}
