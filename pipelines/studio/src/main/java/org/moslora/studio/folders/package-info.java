/**
 * The folders that the studio was given, and what lies in them: nothing outside of them is read or named. Start at
 * {@link org.moslora.studio.folders.Folders}.
 */
@NullMarked
package org.moslora.studio.folders;

import org.jspecify.annotations.NullMarked;
