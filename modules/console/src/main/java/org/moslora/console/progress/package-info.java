/**
 * What the program says on stderr while it works and when it ends: {@link org.moslora.console.progress.Progress} shows
 * how far long work has come, on one line of a terminal or as a line now and then in a log,
 * {@link org.moslora.console.progress.Rate} measures how fast it goes, and {@link org.moslora.console.progress.ErrorPrinter}
 * prints what is wrong and names the {@link org.moslora.console.progress.ExitCode}; {@link
 * org.moslora.console.progress.ShellCommand} spells commands for a reader to give;
 * {@link org.moslora.console.progress.Visible} keeps control characters of data from the terminal. Start at {@code Progress}.
 */
@NullMarked
package org.moslora.console.progress;

import org.jspecify.annotations.NullMarked;
