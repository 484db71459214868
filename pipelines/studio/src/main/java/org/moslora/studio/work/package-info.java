/**
 * What the studio has others do: trainings, answers and pictures run in processes of their own, so that nothing that fails
 * in them takes the page down, and nothing that happens to the page takes a training down. Start at
 * {@link org.moslora.studio.work.Trainings}.
 */
@NullMarked
package org.moslora.studio.work;

import org.jspecify.annotations.NullMarked;
