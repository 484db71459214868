/**
 * The quickstart: a model that answers and a model that paints, both small enough to ship, are asked, taught something
 * new in minutes, and asked again. All of it is done by commands that anybody can type, run through
 * {@link org.moslora.quickstart.Verbs}; what they leave is read and told, on the terminal and as one page. Start at
 * {@link org.moslora.quickstart.Quickstart}.
 */
@NullMarked
package org.moslora.quickstart;

import org.jspecify.annotations.NullMarked;
