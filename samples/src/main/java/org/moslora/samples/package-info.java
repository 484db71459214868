/**
 * Short programs: what the command line does, in a few lines of Java on public types. Start at
 * {@link org.moslora.samples.FirstRun}, which {@code samples/first-run} starts, then read
 * {@link org.moslora.samples.FineTune}, {@link org.moslora.samples.ChatWithPicture},
 * {@link org.moslora.samples.Personalise}, {@link org.moslora.samples.PaintBatch},
 * {@link org.moslora.samples.MergeAdapter} and {@link org.moslora.samples.ConvertAdapter}.
 */
@NullMarked
package org.moslora.samples;

import org.jspecify.annotations.NullMarked;
