package org.moslora.tensors.quantised;

import java.util.Optional;
import org.moslora.tensors.Packed;
import org.moslora.tensors.WeightSource;
import org.moslora.tensors.WeightView;

/**
 * A base of which some weights are read from quantised copies; everything else of it, its files and its values where
 * somebody asks for them, stays the base's.
 *
 * @param base the plain weights
 * @param copies quantised copies under the base's names; closed with this
 */
public record QuantisedBaseWeights(WeightSource base, WeightSource copies) implements WeightView {
    @Override
    public Optional<Packed> packed(String name) {
        return copies.names().contains(name) ? copies.packed(name) : base.packed(name);
    }

    @Override
    public void close() {
        copies.close();
        base.close();
    }
}
