/**
 * The program as one file to hand on, which runs where only Java is. Start at {@link org.moslora.app.archive.Distribution};
 * {@link org.moslora.app.archive.LeanJar} leaves out what other systems need.
 */
@NullMarked
package org.moslora.app.archive;

import org.jspecify.annotations.NullMarked;
