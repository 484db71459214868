/**
 * Pages for a browser, written from Java: whatever is put into one is text unless the program itself wrote it as an element.
 * Start at {@link org.moslora.console.html.Html}.
 */
@NullMarked
package org.moslora.console.html;

import org.jspecify.annotations.NullMarked;
