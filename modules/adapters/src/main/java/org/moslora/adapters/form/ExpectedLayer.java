package org.moslora.adapters.form;

import java.util.OptionalInt;

/**
 * What an adapter's settings say of a layer, which its tensors must agree with.
 *
 * @param rank empty where only the tensors tell
 * @param where what says so, for messages
 */
public record ExpectedLayer(OptionalInt rank, String where) {}
