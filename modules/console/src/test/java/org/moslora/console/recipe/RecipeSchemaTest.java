package org.moslora.console.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;

/** What editors are told of a recipe agrees with what reading it says, by a validator that knows what such schemas use. */
class RecipeSchemaTest {
    private static final Map<String, Object> SCHEMA = Recipes.schema(Tuning.class, Kitchen.SPELLINGS);

    private static final String GOOD = """
            pipeline: visual-instruction-tuning
            model: tiny-llava
            output: run
            adapter: {kind: moe_lora, rank: 4, targets: all-linear, rank_pattern: {q_proj: 8}}
            data: {conversations: [talk.json, more.json], template: vicuna_v1, max_length: 512}
            training: {learning_rate: 2.0e-4, schedule: constant-with-warmup, betas: 0.9, gradient_checkpointing: true}
            validation: {fraction: 0.5, prompts: ["what?", 3, true]}
            """;

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) Objects.requireNonNull(value);
    }

    /** Where a value does not fit, by path. */
    private static List<String> misfits(Map<String, Object> schema, Object value, String path) {
        List<String> found = new ArrayList<>();
        if (schema.get("anyOf") instanceof List<?> ways) {
            if (ways.stream().noneMatch(way -> misfits(map(way), value, path).isEmpty())) {
                found.add(path);
            }
        } else if (schema.get("enum") instanceof List<?> words) {
            if (!words.contains(value)) {
                found.add(path);
            }
        } else if (!isOf(schema.get("type"), value)) {
            found.add(path);
        } else if (value instanceof List<?> items) {
            items.forEach(item -> found.addAll(misfits(map(schema.get("items")), item, path + "[]")));
        } else if (value instanceof Map<?, ?>) {
            found.addAll(inside(schema, map(value), path));
        }
        return found;
    }

    private static List<String> inside(Map<String, Object> schema, Map<String, Object> value, String path) {
        List<String> found = new ArrayList<>();
        Map<String, Object> known = schema.containsKey("properties") ? map(schema.get("properties")) : Map.of();
        value.forEach((key, item) -> {
            Object inner = known.getOrDefault(key, schema.get("additionalProperties"));
            found.addAll(
                    inner instanceof Map<?, ?>
                            ? misfits(map(inner), item, path + "." + key)
                            : List.of(path + "." + key));
        });
        if (schema.get("required") instanceof List<?> required) {
            required.stream().filter(key -> !value.containsKey(key)).forEach(key -> found.add(path + "." + key));
        }
        return found;
    }

    private static boolean isOf(Object type, Object value) {
        if (type instanceof List<?> types) {
            return types.stream().anyMatch(one -> isOf(one, value));
        }
        return switch (String.valueOf(type)) {
            case "object" -> value instanceof Map;
            case "array" -> value instanceof List;
            case "string" -> value instanceof String;
            case "boolean" -> value instanceof Boolean;
            case "integer" -> value instanceof Integer || value instanceof Long;
            case "number" -> value instanceof Number;
            default -> throw new AssertionError("no such type: " + type);
        };
    }

    private static List<String> misfits(String yaml) {
        return misfits(SCHEMA, new Yaml().load(yaml), "");
    }

    @Test
    void aRecipeThatIsReadFits() {
        assertThat(misfits(GOOD)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "model: tiny-llava     | modle: tiny-llava      | .modle .model",
                "rank: 4               | rank: many             | .adapter.rank",
                "rank: 4               | rnak: 4                | .adapter.rnak",
                "kind: moe_lora        | kind: moelora          | .adapter.kind",
                "q_proj: 8             | q_proj: x              | .adapter.rank_pattern.q_proj",
                "template: vicuna_v1   | template: vicuna       | .data.template",
                "learning_rate: 2.0e-4 | learning_rate: fast    | .training.learning_rate",
                "output: run           | output: 3              | .output"
            })
    void whatIsWrongIsMarkedWhereItIs(String part, String other, String where) {
        assertThat(misfits(GOOD.replace(part, other))).containsExactly(where.split(" "));
    }

    /** What an editor fills in is of the type that it asks for. */
    @Test
    void everyDefaultFitsItsOwnKey() {
        assertThat(unfit(SCHEMA, "")).isEmpty();
    }

    private static List<String> unfit(Map<String, Object> block, String path) {
        List<String> found = new ArrayList<>();
        map(block.get("properties")).forEach((key, value) -> {
            Map<String, Object> schema = map(value);
            if (schema.containsKey("default")) {
                found.addAll(misfits(schema, schema.get("default"), path + "." + key));
            }
            if (schema.containsKey("properties")) {
                found.addAll(unfit(schema, path + "." + key));
            }
        });
        return found;
    }

    @Test
    void everyKeyIsThereInTheOrderOfTheRecordAndAlwaysTheSame() {
        assertThat(map(SCHEMA.get("properties")).keySet())
                .containsExactly(
                        "pipeline",
                        "model",
                        "output",
                        "device",
                        "adapter",
                        "vision",
                        "projector",
                        "training",
                        "data",
                        "validation");
        assertThat(SCHEMA.get("required")).isEqualTo(List.of("pipeline", "model", "output", "adapter", "data"));
        assertThat(Recipes.schema(Tuning.class, Kitchen.SPELLINGS)).hasToString(SCHEMA.toString());
        assertThat(map(map(SCHEMA.get("properties")).get("output"))).containsEntry("description", "the run folder");
    }
}
