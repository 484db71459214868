package org.moslora.adapters;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.form.BiasDelta;
import org.moslora.adapters.form.LowRankFactorization;
import org.moslora.adapters.form.Magnitude;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.adapters.names.Components;
import org.moslora.problems.FieldName;
import org.moslora.problems.Problems;

/** Whether a format can hold all of an adapter; whatever it cannot is named, so that nothing is ever dropped. */
final class FormatSupport {
    private final AdapterFile adapter;
    private final AdapterFormat format;
    private final Problems problems = new Problems();
    private final Map<String, List<String>> refused = new LinkedHashMap<>();

    private FormatSupport(AdapterFile adapter, AdapterFormat format) {
        this.adapter = adapter;
        this.format = format;
    }

    /** @throws org.moslora.problems.InvalidInput naming every layer that the format cannot hold, and why */
    static void check(AdapterFile adapter, AdapterFormat format) {
        new FormatSupport(adapter, format).check();
    }

    private void check() {
        adapter.layers().values().forEach(layer -> {
            String reason = reason(layer);
            if (reason != null) {
                refused.computeIfAbsent(reason, key -> new ArrayList<>()).add(layer.path());
            }
        });
        boolean settings = format == AdapterFormat.NATIVE || format == AdapterFormat.PEFT;
        if (settings) {
            checkSettings();
        } else if (!adapter.projector().isEmpty()) {
            problems.add(where(), "brings a trained projector, which %s files cannot hold", format.spelling());
        }
        refused.forEach((reason, paths) -> problems.add(
                where(), FieldName.of("to") + " %s: %s: %s", format.spelling(), reason, AdapterNames.shortened(paths)));
        problems.throwIfAny();
    }

    private @Nullable String reason(AdapterLayer layer) {
        if (layer.form().dependsOnInput() && format != AdapterFormat.NATIVE) {
            return "moe-lora routes each input to experts of its own, which no weight or low-rank pair does (native keeps"
                    + " it)";
        }
        return switch (format) {
            case NATIVE, PEFT -> settingsReason(layer);
            case DIFFUSERS, KOHYA, LYCORIS -> fileReason(layer);
        };
    }

    private @Nullable String settingsReason(AdapterLayer layer) {
        Magnitude magnitude = layer.update().magnitude();
        if (magnitude != null && magnitude.byInput()) {
            return "PEFT's magnitudes go by output, these by input (only lycoris has both)";
        }
        if (magnitude != null && !(layer.form() instanceof LowRankFactorization)) {
            return "PEFT has no magnitude on " + layer.kind().recipeName() + " (lycoris has)";
        }
        return null;
    }

    private @Nullable String fileReason(AdapterLayer layer) {
        if (layer.update().residual() != null) {
            return layer.update().kind() + " goes with what is left of the base's weights, which has no place there"
                    + " (native and peft say so; with " + FieldName.of("model") + ", " + FieldName.of("rank")
                    + " makes plain LoRA of it, exactly at twice its"
                    + " rank)";
        }
        if (layer.form().isEmbedding()) {
            return "an adapter of an embedding table has no place there (native and peft have one)";
        }
        if (Components.of(layer.path()).isEmpty()) {
            return "its layers are of no diffusion model";
        }
        if (layer.update().shift() != null) {
            return "a trained bias has no place there (native and peft have one)";
        }
        Magnitude magnitude = layer.update().magnitude();
        if (format == AdapterFormat.LYCORIS) {
            return null;
        }
        if (magnitude != null && (format == AdapterFormat.KOHYA || !(layer.form() instanceof LowRankFactorization))) {
            return "a magnitude (DoRA) has no place there (lycoris has one)";
        }
        if (magnitude != null && magnitude.byInput()) {
            return "magnitudes go by output there, these by input (lycoris has both)";
        }
        return null;
    }

    /** One folder of ours or PEFT's has one kind, and magnitudes, or biases, on all layers or none. */
    private void checkSettings() {
        Map<String, List<AdapterLayer>> parts = new LinkedHashMap<>();
        adapter.layers()
                .values()
                .forEach(layer -> parts.computeIfAbsent(
                                format == AdapterFormat.PEFT ? Components.of(layer.path()) : "",
                                key -> new ArrayList<>())
                        .add(layer));
        parts.values().forEach(layers -> {
            Set<String> kinds = new TreeSet<>();
            layers.forEach(layer -> kinds.add(kind(layer)));
            if (kinds.size() > 1) {
                problems.add(
                        where(),
                        FieldName.of("to") + " %s: one folder holds one kind of adapter, but the layers are %s",
                        format.spelling(),
                        String.join(" and ", kinds));
            }
        });
    }

    private String kind(AdapterLayer layer) {
        AdapterKind kind = layer.kind();
        BiasDelta shift = layer.update().shift();
        return (format == AdapterFormat.PEFT ? kind.inPeft() : kind).recipeName()
                + (layer.update().residual() == null
                        ? ""
                        : " in place of what was taken out (" + layer.update().kind() + ")")
                + (layer.update().magnitude() == null ? "" : " with magnitude")
                // Layers without a bias have none of their own to train.
                + (shift == null || shift.replaces() ? "" : " with bias");
    }

    private String where() {
        return adapter.path().toString();
    }
}
