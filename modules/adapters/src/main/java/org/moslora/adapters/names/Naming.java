package org.moslora.adapters.names;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.moslora.adapters.form.FactorKind;
import org.moslora.adapters.form.TensorRole;

/** How one program spells the keys of an adapter's tensors. */
public interface Naming {
    /**
     * A tensor's place.
     *
     * @param path of the linear or convolution, canonical
     * @param role what it is there
     */
    record Named(String path, TensorRole role) {}

    /** What a key says, if it is spelt like this. */
    Optional<Named> parse(String key);

    /**
     * The key of a tensor.
     *
     * @throws IllegalArgumentException where this style has no such role
     */
    String key(String path, TensorRole role);

    /** What people call files with such keys. */
    String format();

    /**
     * All styles that are read, in the order in which a key is tried.
     *
     * @param blocks how latent diffusion's block numbers are to be read
     * @param home the component of paths that do not say theirs; empty if only they can tell
     * @param kind what the settings say that the layers are, or null
     */
    static List<Naming> all(BlockLayout blocks, String home, @Nullable FactorKind kind) {
        return List.of(new KohyaNaming(blocks, false, false), new OldDiffusersNaming(), PeftNaming.peft(home, kind));
    }
}
