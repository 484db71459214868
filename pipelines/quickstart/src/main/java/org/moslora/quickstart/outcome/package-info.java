/**
 * What a quickstart has found out, as values: scores by type of question, examples, pictures by prompt, what was run and
 * how long it took. Nothing here knows how it was found or how it is shown. Start at
 * {@link org.moslora.quickstart.outcome.Outcome}.
 */
@NullMarked
package org.moslora.quickstart.outcome;

import org.jspecify.annotations.NullMarked;
