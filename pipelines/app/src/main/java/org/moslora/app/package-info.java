/**
 * The command line: one class for each verb, which reads options and calls public types of the other modules. Start at
 * {@link org.moslora.app.MosloraCli}.
 */
@NullMarked
package org.moslora.app;

import org.jspecify.annotations.NullMarked;
