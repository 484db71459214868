/**
 * Short programs: what the command line does, in a few lines of Java on public types. Start at
 * {@link org.moslora.samples.FirstRun}, which {@code samples/first-run} starts, then read
 * {@link org.moslora.samples.FineTune}, {@link org.moslora.samples.ChatWithPicture} and
 * {@link org.moslora.samples.MergeAdapter}.
 */
@NullMarked
package org.moslora.samples;

import org.jspecify.annotations.NullMarked;
