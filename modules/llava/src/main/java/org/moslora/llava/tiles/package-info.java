/**
 * LLaVAs that see a picture whole and, larger, in tiles: LLaVA-NeXT and LLaVA-OneVision. A
 * {@link org.moslora.llava.tiles.TileGrid} says how a picture is cut and how many tokens that makes,
 * {@link org.moslora.llava.tiles.TiledPictures} cuts it, {@link org.moslora.llava.tiles.TiledConnector} puts the tiles'
 * features together again. What a family adds is in a package of its own. Start at
 * {@link org.moslora.llava.tiles.TiledConfig}.
 */
@NullMarked
package org.moslora.llava.tiles;

import org.jspecify.annotations.NullMarked;
