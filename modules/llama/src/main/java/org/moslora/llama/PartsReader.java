package org.moslora.llama;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.moslora.llama.DecoderFamily.Trait;
import org.moslora.tensors.ConfigSection;

/** Reads what a decoder's layers are made of, rotary positions and windows included. */
final class PartsReader {
    private static final String SLIDING = "sliding_attention";
    private static final String FULL = "full_attention";
    private static final int WINDOW = 4096;

    private final ConfigSection given;
    private final DecoderFamily family;
    private final int layers;
    private final Rope full;
    private final Rope sliding;

    PartsReader(ConfigSection given, DecoderFamily family, int layers) {
        this.given = given;
        this.family = family;
        this.layers = layers;
        ConfigSection both = given.section("rope_parameters");
        boolean apart = both != null && (both.has(FULL) || both.has(SLIDING));
        double local = given.number("rope_local_base_freq", 1e4);
        if (apart && both != null) {
            this.full = rope(both.section(FULL), family.sizes().theta());
            this.sliding = rope(both.section(SLIDING), local);
        } else {
            this.full = rope(
                    both == null ? given.section("rope_scaling") : both,
                    given.number("rope_theta", family.sizes().theta()));
            boolean own = family.windows() == DecoderFamily.Windows.PATTERN;
            this.sliding = own ? new Rope("default", local, List.of()) : full;
        }
    }

    /** How positions of the layers that see everything before them turn. */
    Rope rope() {
        return full;
    }

    DecoderParts read(int hidden) {
        given.mustBeAbsent("final_logit_softcapping", "attn_logit_softcapping", "use_bidirectional_attention");
        boolean scalar = family.has(Trait.QUERY_SCALAR);
        return new DecoderParts(
                family.has(Trait.HEAD_NORMS),
                family.has(Trait.BRANCH_NORMS),
                family.has(Trait.NORMS_AROUND_ONE) ? 1 : 0,
                family.has(Trait.SCALED_EMBEDDINGS) ? Math.sqrt(hidden) : 1,
                scalar ? Math.pow(given.number("query_pre_attn_scalar", 256), -0.5) : 0,
                scalar
                        ? given.oneOf("hidden_activation", "gelu_pytorch_tanh", List.of("gelu_pytorch_tanh", "gelu"))
                        : given.oneOf("hidden_act", "silu", List.of("silu")),
                spans(),
                List.of());
    }

    private List<AttentionSpan> spans() {
        AttentionSpan whole = new AttentionSpan(0, full);
        boolean asked = family.windows() != DecoderFamily.Windows.UPPER || given.flag("use_sliding_window", false);
        if (family.windows() == DecoderFamily.Windows.NONE || !asked || given.isNull("sliding_window")) {
            if (family.windows() == DecoderFamily.Windows.NONE && given.flag("use_sliding_window", false)) {
                given.problem("asks for a sliding window, which models of type %s have not", family.type());
            }
            return Collections.nCopies(layers, whole);
        }
        AttentionSpan last = new AttentionSpan(given.size("sliding_window", WINDOW), sliding);
        List<String> types = types();
        List<AttentionSpan> spans = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            spans.add(types.get(i).equals(FULL) ? whole : last);
        }
        return spans;
    }

    private List<String> types() {
        List<String> types = new ArrayList<>();
        int pattern = given.size("sliding_window_pattern", 6);
        int from = given.whole("max_window_layers", 28);
        for (int i = 0; i < layers; i++) {
            boolean near = switch (family.windows()) {
                case NONE -> false;
                case ALL -> true;
                case UPPER -> i >= from;
                case PATTERN -> (i + 1) % pattern != 0;
            };
            types.add(near ? SLIDING : FULL);
        }
        return family.windows() == DecoderFamily.Windows.ALL ? types : said(types);
    }

    private List<String> said(List<String> otherwise) {
        List<String> said = given.texts("layer_types", otherwise);
        if (said.size() != layers || !List.of(SLIDING, FULL).containsAll(said)) {
            given.problem(
                    "layer_types must name %s or %s for each of the %d layers, got %s", SLIDING, FULL, layers, said);
            return otherwise;
        }
        return said;
    }

    private Rope rope(@Nullable ConfigSection scaling, double otherwise) {
        if (scaling == null) {
            return new Rope("default", otherwise, List.of());
        }
        double theta = scaling.number("rope_theta", otherwise);
        String key = scaling.has("rope_type") ? "rope_type" : "type";
        String kind = scaling.oneOf(key, "default", List.of("default", "linear", "llama3"));
        return switch (kind) {
            case "linear" -> new Rope(kind, theta, List.of(scaling.number("factor", 1)));
            case "llama3" ->
                new Rope(
                        kind,
                        theta,
                        List.of(
                                scaling.number("factor", 8),
                                scaling.number("low_freq_factor", 1),
                                scaling.number("high_freq_factor", 4),
                                scaling.number("original_max_position_embeddings", 8192)));
            default -> new Rope("default", theta, List.of());
        };
    }
}
