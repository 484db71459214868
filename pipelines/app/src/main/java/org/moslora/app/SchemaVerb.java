package org.moslora.app;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.moslora.compare.Comparison;
import org.moslora.training.Pipeline;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code moslora schema}. */
@Command(
        name = "schema",
        description = "Print a JSON Schema of recipes, from which editors complete and check them.",
        mixinStandardHelpOptions = true)
final class SchemaVerb implements Runnable {
    private static final String DRAFT = "http://json-schema.org/draft-07/schema#";
    private static final String PIPELINE = "pipeline";
    private static final String PROPERTIES = "properties";
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        Printed.line(spec, GSON.toJson(settled(schema())));
    }

    /** What a recipe may hold goes by its pipeline. */
    static Map<String, Object> schema() {
        Map<String, Map<String, Object>> pipelines = new TreeMap<>();
        ServiceLoader.load(Pipeline.class).forEach(pipeline -> pipelines.put(pipeline.name(), pipeline.schema()));
        Map<String, Object> definitions = new LinkedHashMap<>();
        List<Object> choices = new ArrayList<>();
        pipelines.forEach((name, schema) -> {
            if (!schema.isEmpty()) {
                definitions.put(name, own(schema));
                choices.add(Map.of(
                        "if",
                                Map.of(
                                        "required",
                                        List.of(PIPELINE),
                                        PROPERTIES,
                                        Map.of(PIPELINE, Map.of("const", name))),
                        "then", Map.of("$ref", "#/definitions/" + name)));
            }
        });
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("$schema", DRAFT);
        whole.put("title", "A recipe of MoSLoRA for Java");
        whole.put("type", "object");
        whole.put("required", List.of(PIPELINE));
        whole.put(PROPERTIES, Map.of(PIPELINE, Map.of("enum", List.copyOf(pipelines.keySet()))));
        whole.put("allOf", choices);
        whole.put("definitions", definitions);
        return whole;
    }

    /** A pipeline's keys, and those of a comparison of its trainings. */
    private static Map<String, Object> own(Map<String, Object> schema) {
        Map<String, Object> own = new LinkedHashMap<>(schema);
        if (schema.get(PROPERTIES) instanceof Map<?, ?> given) {
            Map<Object, Object> keys = new LinkedHashMap<>(given);
            keys.put("compare", Comparison.schema());
            own.put(PROPERTIES, keys);
        }
        return own;
    }

    /** The same with an order in every map: those without one have another each time the program runs. */
    static Object settled(Object node) {
        if (node instanceof Map<?, ?> map) {
            Map<String, Object> ordered = map instanceof LinkedHashMap ? new LinkedHashMap<>() : new TreeMap<>();
            map.forEach((key, value) -> ordered.put(String.valueOf(key), settled(value)));
            return ordered;
        }
        return node instanceof List<?> list
                ? list.stream().map(SchemaVerb::settled).toList()
                : node;
    }
}
