package org.moslora.adapters;

import org.jspecify.annotations.Nullable;
import org.moslora.adapters.kind.AdapterKind;
import org.moslora.tensors.WeightSource;

/**
 * One file or folder of tensors that is an adapter or part of one.
 *
 * @param tensors what it holds
 * @param scales where its ranks and scales are said
 * @param config its settings, null where it has none
 * @param home the component of paths that do not say theirs; empty if only they can tell
 */
record AdapterSource(
        WeightSource tensors, ScaleRule scales, @Nullable AdapterConfig config, String home) {
    /** What its settings say that its layers are, or null. */
    @Nullable
    AdapterKind kind() {
        return config == null ? null : config.kind();
    }
}
