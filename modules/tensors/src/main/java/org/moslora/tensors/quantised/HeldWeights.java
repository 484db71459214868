package org.moslora.tensors.quantised;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.moslora.tensors.Packed;
import org.moslora.tensors.TensorInfo;
import org.moslora.tensors.WeightSource;

/**
 * A base of which some weights are read from quantised copies; everything else of it, its files and its values where
 * somebody asks for them, stays the base's.
 *
 * @param base the plain weights
 * @param copies quantised copies under the base's names; closed with this
 */
public record HeldWeights(WeightSource base, WeightSource copies) implements WeightSource {
    @Override
    public Set<String> names() {
        return base.names();
    }

    @Override
    public TensorInfo info(String name) {
        return base.info(name);
    }

    @Override
    public List<ByteBuffer> bytes(String name) {
        return base.bytes(name);
    }

    @Override
    public Optional<Packed> packed(String name) {
        return copies.names().contains(name) ? copies.packed(name) : base.packed(name);
    }

    @Override
    public Map<String, String> metadata() {
        return base.metadata();
    }

    @Override
    public Path file(String name) {
        return base.file(name);
    }

    @Override
    public String spelled(String name) {
        return base.spelled(name);
    }

    @Override
    public Path origin() {
        return base.origin();
    }

    @Override
    public void close() {
        copies.close();
        base.close();
    }
}
