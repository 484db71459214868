/**
 * A local page over the verbs: runs, data, answers and pictures in a browser, served to this machine alone. Start at
 * {@link org.moslora.studio.Studio}.
 */
@NullMarked
package org.moslora.studio;

import org.jspecify.annotations.NullMarked;
