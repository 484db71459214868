/**
 * What there is in the miniature world, as values: kinds, colours, places, and scenes made of them. Nothing here knows
 * how a thing is painted or spoken of; both follow from these values. Start at
 * {@link org.moslora.datasets.miniature.world.Scenes}.
 */
@NullMarked
package org.moslora.datasets.miniature.world;

import org.jspecify.annotations.NullMarked;
