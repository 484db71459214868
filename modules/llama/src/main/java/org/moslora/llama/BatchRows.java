package org.moslora.llama;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.moslora.layers.Structure;

/**
 * How the rows of a pass are laid out, as kernels read it; of each kind of rotary positions that layers have.
 *
 * @param all as every block but the last goes on with them
 * @param kept as the last block does, after attention only with those that somebody looks at
 * @param keep the numbers of those; without entries where all are looked at
 * @param additions what is added to the rows of pictures on the way
 */
record BatchRows(List<Structure> all, List<Structure> kept, NDArray keep, PictureAdditions additions) {}
