/**
 * Conversations and pictures as training will see them, each row with what is wrong with it. Start at
 * {@link org.moslora.studio.data.DataTables}.
 */
@NullMarked
package org.moslora.studio.data;

import org.jspecify.annotations.NullMarked;
