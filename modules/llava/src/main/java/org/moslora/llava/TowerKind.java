package org.moslora.llava;

/** Whose vision transformer a tower is. */
public enum TowerKind {
    /** CLIP's (Radford et al. 2021, arXiv:2103.00020): a class token, and a norm before the first block. */
    CLIP,
    /** SigLIP's (Zhai et al. 2023, arXiv:2303.15343): neither, but a bias in the patches' convolution. */
    SIGLIP
}
