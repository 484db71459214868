package org.moslora.multimodal;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * What a connector has made of features.
 *
 * @param embeddings [image tokens, hidden]
 * @param saved what its backward pass needs besides
 */
public record Connected(NDArray embeddings, List<NDArray> saved) {
    public Connected {
        saved = List.copyOf(saved);
    }
}
