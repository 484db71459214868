/**
 * Requests and answers on loopback: who may ask is decided here, before any page is asked for. Start at
 * {@link org.moslora.studio.http.LoopbackServer}.
 */
@NullMarked
package org.moslora.studio.http;

import org.jspecify.annotations.NullMarked;
