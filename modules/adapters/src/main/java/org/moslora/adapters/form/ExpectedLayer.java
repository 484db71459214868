package org.moslora.adapters.form;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What an adapter's settings say of a layer, which its tensors must agree with.
 *
 * @param kind null where only the tensors tell
 * @param rank empty where only the tensors tell
 * @param experts how many a routed layer has; 0 for every other kind
 * @param topK how many of them an input uses; 0 for every other kind
 * @param where what says so, for messages
 */
public record ExpectedLayer(@Nullable FactorKind kind, OptionalInt rank, int experts, int topK, String where) {
    /** Of a layer whose tensors tell everything. */
    public static ExpectedLayer nothing(String where) {
        return new ExpectedLayer(null, OptionalInt.empty(), 0, 0, where);
    }
}
