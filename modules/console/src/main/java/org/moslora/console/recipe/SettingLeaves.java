package org.moslora.console.recipe;

import java.util.ArrayList;
import java.util.List;

/** Lists the settings of a record: lists and maps of plain values are leaves, lists of records are walked. */
final class SettingLeaves {
    private final ResolvedYaml yaml;
    private final ValueSources origins;
    private final List<Setting> found = new ArrayList<>();

    private SettingLeaves(ResolvedYaml yaml, ValueSources origins) {
        this.yaml = yaml;
        this.origins = origins;
    }

    static List<Setting> of(Record recipe, ResolvedYaml yaml, ValueSources origins) {
        SettingLeaves leaves = new SettingLeaves(yaml, origins);
        leaves.walk(recipe, "");
        return leaves.found;
    }

    private void walk(Object value, String path) {
        if (yaml.isBlock(value)) {
            for (RecipeComponent part : Shape.of(value.getClass()).parts()) {
                Object inner = Shape.get(part, value);
                if (inner != null) {
                    walk(inner, DottedPath.path(path, part.key()));
                }
            }
        } else if (value instanceof List<?> list && list.stream().anyMatch(yaml::isBlock)) {
            for (int i = 0; i < list.size(); i++) {
                walk(list.get(i), path + "[" + i + "]");
            }
        } else {
            found.add(new Setting(path, yaml.inline(value), origins.of(path)));
        }
    }
}
