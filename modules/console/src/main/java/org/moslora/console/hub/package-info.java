/**
 * Models that Hugging Face's tools have downloaded, by the names that the hub calls them. Start at
 * {@link org.moslora.console.hub.HubCache}, which looks on the disk and never at a network.
 */
@NullMarked
package org.moslora.console.hub;

import org.jspecify.annotations.NullMarked;
