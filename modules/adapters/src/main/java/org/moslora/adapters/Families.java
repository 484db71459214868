package org.moslora.adapters;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.form.LowRankFactorization;
import org.moslora.adapters.names.DiffusionFamily;
import org.moslora.layers.Site;

/** Tells which family of diffusion models an adapter or a model is of. */
public final class Families {
    private static final String PROJECTED = "unet\\..*\\.attn2\\.to_[kv]";
    private static final String ENTRANCE = "unet\\..*\\.proj_in";

    private Families() {}

    /** What a model's layers tell; empty if it is no diffusion model. */
    public static Optional<DiffusionFamily> of(Map<String, Site> sites) {
        Boolean pointwise = sites.values().stream()
                .filter(site -> site.path().matches(ENTRANCE))
                .map(Site::isConvolution)
                .findFirst()
                .orElse(null);
        return DiffusionFamily.of(sites.keySet(), 0, pointwise);
    }

    /** What an adapter's settings say, else what its names and shapes tell; empty if it is of no diffusion model. */
    public static Optional<DiffusionFamily> of(AdapterFile adapter) {
        Optional<DiffusionFamily> said = DiffusionFamily.said(adapter.said(AdapterOrigin.FAMILY));
        if (said.isPresent()) {
            return said;
        }
        long projected = adapter.layers().values().stream()
                .filter(layer -> layer.path().matches(PROJECTED))
                .mapToLong(AdapterLayer::inputs)
                .findFirst()
                .orElse(0);
        Optional<DiffusionFamily> told = DiffusionFamily.of(adapter.layers().keySet(), projected, pointwise(adapter));
        return told.isPresent() && adapter.isLatent() ? Optional.of(DiffusionFamily.XL) : told;
    }

    private static @Nullable Boolean pointwise(AdapterFile adapter) {
        return adapter.layers().values().stream()
                .filter(layer -> layer.path().matches(ENTRANCE) && layer.form() instanceof LowRankFactorization)
                .map(layer -> !layer.form().kernel().isEmpty())
                .findFirst()
                .orElse(null);
    }
}
