/**
 * Prompts to folders of pictures: {@link org.moslora.generation.batch.BatchGeneration} resolves what was asked for into
 * jobs, leaves out those whose pictures are there, paints the rest and writes each picture with what made it. Start at
 * {@code BatchGeneration}.
 */
@NullMarked
package org.moslora.generation.batch;

import org.jspecify.annotations.NullMarked;
