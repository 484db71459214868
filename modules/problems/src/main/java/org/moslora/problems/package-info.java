/**
 * What is wrong with a user's input. Everything that reads recipes, models, data or adapters collects
 * {@link org.moslora.problems.Problem}s in {@link org.moslora.problems.Problems} and throws them together as one
 * {@link org.moslora.problems.InvalidInput}, which the command line prints line by line and answers with exit code 2.
 * Start at {@code Problems}.
 */
@NullMarked
package org.moslora.problems;

import org.jspecify.annotations.NullMarked;
