/**
 * The rules of the house: what may depend on what, how things are named and how long they may get, and that the README
 * and every shipped recipe work. Start at {@link org.moslora.architecture.StrataTest}.
 */
@NullMarked
package org.moslora.architecture;

import org.jspecify.annotations.NullMarked;
