/**
 * What tests of several modules share, and nothing else uses: {@link org.moslora.testing.Trees} for folders,
 * {@link org.moslora.testing.WholeTensors} for models whose every tensor learns, held by
 * {@link org.moslora.testing.WholeGolden} against what PyTorch computed, and {@link org.moslora.testing.CutRun} for runs
 * as they were when something ended them. Start at the test that asks.
 */
@NullMarked
package org.moslora.testing;

import org.jspecify.annotations.NullMarked;
