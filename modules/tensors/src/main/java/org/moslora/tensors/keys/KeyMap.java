package org.moslora.tensors.keys;

import java.util.Collection;

/** Leads from the names in files to canonical names. Works for tensors and for the paths of modules alike. */
public interface KeyMap {
    /**
     * The canonical name of what a file calls {@code fileKey}, whichever layout the file has. A name that no layout
     * has comes back as it is, and so does a canonical name.
     */
    String canonical(String fileKey);

    /** Whether the tensor is a buffer that some files carry along and no model needs. */
    boolean ignores(String fileKey);

    /** The family of models whose files have such names, to follow "it looks like"; empty if none is recognised. */
    String looksLike(Collection<String> fileKeys);

    /** For files that use canonical names, such as those of diffusers. */
    static KeyMap identity() {
        return new IdentityKeys();
    }
}
