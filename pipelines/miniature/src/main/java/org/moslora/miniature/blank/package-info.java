/**
 * Models that know nothing yet: folders in the hub's layouts whose weights are what training starts from. What the
 * models look like stands in the configs beside this package; how weights begin, in
 * {@link org.moslora.miniature.blank.StartValues}. Start at {@link org.moslora.miniature.blank.BlankLlava}.
 */
@NullMarked
package org.moslora.miniature.blank;

import org.jspecify.annotations.NullMarked;
