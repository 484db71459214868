/**
 * The rules of the house, as tests: what may depend on what, how things are named and how long they may get, and that
 * the README and every shipped recipe work. There is nothing here but tests. Start at {@code StrataTest}.
 */
@NullMarked
package org.moslora.architecture;

import org.jspecify.annotations.NullMarked;
