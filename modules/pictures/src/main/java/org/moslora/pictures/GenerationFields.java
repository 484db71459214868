package org.moslora.pictures;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;

/** Generation parameters as fields of a parameters line, in the web UI's order, and back. */
final class GenerationFields {
    /** In {@link GenerationParameters#more}: what a model's own scheduler is called, where the request names none. */
    private static final String SCHEDULER = "Scheduler";

    /** What models are told of guidance, as Forge writes it; in {@link GenerationParameters#more} that this one is. */
    private static final String DISTILLED = GenerationParameters.DISTILLED;

    private static final String ADAPTERS = "Adapters";
    private static final String IMAGE = "Init image";
    private static final String EXACT = "Request";

    private final GenerationParameters made;
    private final Map<String, String> fields = new LinkedHashMap<>();

    GenerationFields(GenerationParameters made) {
        this.made = made;
    }

    /** The whole text; with {@code exact} the request as JSON besides, for what the rest cannot say. */
    ParametersText parameters(boolean exact) {
        Options options = made.request().options();
        Map<String, String> rest = new LinkedHashMap<>(made.more());
        Optional<Sampler> sampler = Optional.ofNullable(rest.remove(SCHEDULER))
                .or(() -> options.get(Option.SCHEDULER))
                .flatMap(Sampler::ofScheduler);
        put("Steps", options.get(Option.STEPS));
        put("Sampler", sampler.map(Sampler::sampler));
        put("Schedule type", sampler.map(Sampler::scheduleType));
        boolean distilled = rest.remove(DISTILLED) != null;
        Optional<Double> free = options.get(distilled ? Option.TRUE_GUIDANCE : Option.GUIDANCE);
        put("CFG scale", (distilled ? free.or(() -> Optional.of(1.0)) : free).map(NumberText::shortest));
        put(DISTILLED, distilled ? options.get(Option.GUIDANCE).map(NumberText::shortest) : Optional.empty());
        put("Seed", options.get(Option.SEED));
        put("Size", size(options));
        put("Model hash", Optional.ofNullable(rest.remove("Model hash")));
        put("Model", Optional.of(made.model()).filter(name -> !name.isBlank()));
        put("Denoising strength", options.get(Option.STRENGTH).map(NumberText::shortest));
        // The web UI counts from the last layer as 1; here the layers that are left out are counted.
        put("Clip skip", options.get(Option.CLIP_SKIP).map(skipped -> skipped + 1));
        rest.remove(EXACT);
        rest.forEach((name, value) -> {
            if (!value.isBlank()) {
                fields.putIfAbsent(name, value);
            }
        });
        put(ADAPTERS, options.get(Option.ADAPTERS).map(GenerationFields::joined));
        put(IMAGE, options.get(Option.IMAGE));
        if (exact) {
            JsonObject json = new JsonObject();
            made.request().addTo(json);
            put(EXACT, Optional.of(Quoted.json(json)));
        }
        return new ParametersText(made.request().prompt(), options.get(Option.NEGATIVE, ""), fields);
    }

    private void put(String name, Optional<?> value) {
        value.ifPresent(set -> fields.put(name, set.toString()));
    }

    private static Optional<String> size(Options options) {
        return options.get(Option.WIDTH)
                .flatMap(width -> options.get(Option.HEIGHT).map(height -> width + "x" + height));
    }

    private static String joined(List<AdapterUse> adapters) {
        return adapters.stream().map(AdapterUse::toString).collect(Collectors.joining(", "));
    }

    /**
     * The request that parameters describe.
     *
     * @throws InvalidInput naming fields whose values are against the rules
     */
    static PictureRequest request(ParametersText parameters) {
        Map<String, String> fields = parameters.fields();
        String exact = fields.get(EXACT);
        if (exact != null) {
            return exactRequest(exact);
        }
        Options options = Options.NONE;
        if (!parameters.negative().isEmpty()) {
            options = options.with(Option.NEGATIVE, parameters.negative());
        }
        options = parsed(options, Option.STEPS, fields.get("Steps"));
        String told = fields.get(DISTILLED);
        options = parsed(options, told == null ? Option.GUIDANCE : Option.TRUE_GUIDANCE, fields.get("CFG scale"));
        options = parsed(options, Option.GUIDANCE, told);
        if (told != null && options.get(Option.TRUE_GUIDANCE, 1.0) <= 1) {
            options = options.without(Option.TRUE_GUIDANCE);
        }
        options = parsed(options, Option.SEED, fields.get("Seed"));
        options = parsed(options, Option.STRENGTH, fields.get("Denoising strength"));
        options = parsed(options, Option.ADAPTERS, fields.get(ADAPTERS));
        options = parsed(options, Option.IMAGE, fields.get(IMAGE));
        options = sized(options, fields.get("Size"));
        String skip = fields.get("Clip skip");
        if (skip != null && !skip.strip().equals("1")) {
            long layers = Option.CLIP_SKIP.parse("Clip skip", skip);
            options = options.with(Option.CLIP_SKIP, Math.max(0, layers - 1));
        }
        return new PictureRequest(parameters.prompt(), scheduled(options, fields));
    }

    private static Options scheduled(Options options, Map<String, String> fields) {
        String sampler = fields.get("Sampler");
        if (sampler == null) {
            return options;
        }
        Sampler known = Sampler.of(sampler, fields.get("Schedule type"))
                .orElseThrow(() -> new InvalidInput(
                        "Sampler",
                        "'" + sampler + "' is not among those of this program; choose one with "
                                + FieldName.of("scheduler")));
        return options.with(Option.SCHEDULER, known.scheduler());
    }

    private static <T> Options parsed(Options options, Option<T> option, @Nullable String value) {
        return value == null ? options : options.with(option, option.parse("parameters", value));
    }

    private static Options sized(Options options, @Nullable String size) {
        if (size == null) {
            return options;
        }
        String[] sides = size.strip().split("x", -1);
        if (sides.length != 2) {
            throw new InvalidInput("Size", "must be WIDTHxHEIGHT, got '" + size + "'");
        }
        return parsed(parsed(options, Option.WIDTH, sides[0]), Option.HEIGHT, sides[1]);
    }

    private static PictureRequest exactRequest(String text) {
        try {
            JsonElement json = JsonParser.parseString(text);
            if (json.isJsonObject()) {
                return PictureRequest.of(EXACT, json.getAsJsonObject(), Set.of());
            }
        } catch (JsonParseException | StackOverflowError broken) {
            throw new InvalidInput(EXACT, "is not valid JSON: " + broken.getMessage());
        }
        throw new InvalidInput(EXACT, "must be a JSON object");
    }
}
